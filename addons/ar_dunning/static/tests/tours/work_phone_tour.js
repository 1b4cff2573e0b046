import {registry} from "@web/core/registry";

const CARD = ".o_kanban_ungrouped .o_kanban_record:has(:contains(Dirk Peeters))";

/** A collector on the road: what there is, for whom, how much, since when; it is mine. */
registry.category("web_tour.tours").add("ar_dunning_work_phone", {
    steps: () => [
        {
            content: "One list of all kinds, no columns",
            trigger: CARD,
        },
        {
            content: "The kind of work",
            trigger: `${CARD} .o_ar_kind:contains(Task of the procedure)`,
        },
        {
            content: "The amount",
            trigger: `${CARD} [name=amount]:contains(100)`,
        },
        {
            content: "Since when",
            trigger: `${CARD} .o_ar_since:contains(Since)`,
        },
        {
            content: "Take it",
            trigger: `${CARD} button[name=action_take]`,
            run: "click",
        },
        {
            content: "It is nobody's to take any more",
            trigger: `${CARD}:not(:has(button[name=action_take])) .o_m2o_avatar`,
        },
    ],
});
