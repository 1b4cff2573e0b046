import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("ar_reporting_dashboard", {
    steps: () => [
        {
            content: "The page shows the open amount",
            trigger: ".o_ar_tile[data-tile=open] .o_ar_tile_value:contains(100)",
        },
        {
            content: "A chart has a name for who cannot see it",
            trigger: ".o_ar_chart canvas[role=img][aria-label*='100']",
        },
        {
            content: "and is a table at the press of a button",
            trigger: ".o_ar_card button:contains(Show table):first",
            run: "click",
        },
        {trigger: ".o_ar_card .o_ar_table td:contains(100)"},
        {
            content: "A tile leads to the ageing",
            trigger: ".o_ar_tile[data-tile=overdue]",
            run: "click",
        },
        {trigger: ".o_pivot td:contains(100.00)"},
        {trigger: ".o_facet_value:contains(Overdue)"},
        {
            content: "The ageing has a day, and keeps it in other views",
            trigger: ".o_ar_ageing_bar button:contains(Month end before)",
            run: "click",
        },
        {trigger: ".o_ar_ageing_bar button:contains(Today)"},
        {trigger: ".o_switch_view.o_list", run: "click"},
        {trigger: ".o_list_view .o_ar_ageing_bar button:contains(Today)"},
        {trigger: ".o_breadcrumb:contains(Ageing on)"},
    ],
});
