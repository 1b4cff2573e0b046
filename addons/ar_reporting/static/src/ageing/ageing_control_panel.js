import {_t} from "@web/core/l10n/translation";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {deserializeDate, formatDate, serializeDate} from "@web/core/l10n/dates";
import {download} from "@web/core/network/download";
import {user} from "@web/core/user";
import {useBus, useService} from "@web/core/utils/hooks";
import {ControlPanel} from "@web/search/control_panel/control_panel";

const {DateTime} = luxon;

/** Control panel with the day of the ageing and the button for the workbook. */
export class AgeingControlPanel extends ControlPanel {
    static template = "ar_reporting.AgeingControlPanel";
    static components = {...ControlPanel.components, DateTimeInput};

    setup() {
        super.setup();
        this.ui = useService("ui");
        useBus(this.env.searchModel, "update", () => this.showDay());
        this.showDay();
    }

    /** The chosen day, or today. */
    get day() {
        const chosen = this.env.searchModel.asOf;
        return chosen ? deserializeDate(chosen) : DateTime.local().startOf("day");
    }

    /** Keep the day in the title, so that a printed or shared screen tells it. */
    showDay() {
        const title = _t("Ageing on %(day)s", {day: formatDate(this.day)});
        this.env.config.setDisplayName?.(title);
        this.render();
    }

    chooseDay(day) {
        this.env.searchModel.setAsOf(day ? serializeDate(day) : false);
    }

    chooseToday() {
        this.chooseDay(false);
    }

    /** The last day of the month before the one shown. */
    chooseMonthEnd() {
        this.chooseDay(this.day.startOf("month").minus({days: 1}));
    }

    async downloadWorkbook() {
        const {domain, facets} = this.env.searchModel;
        const filters = facets
            .filter((facet) => facet.type !== "groupBy")
            .map((facet) =>
                [facet.title, facet.values.join(", ")].filter(Boolean).join(": ")
            );
        const wishes = {
            day: serializeDate(this.day),
            companies: user.context.allowed_company_ids,
            domain,
            filters: filters.join("; "),
        };
        this.ui.block();
        try {
            await download({
                url: "/ar_reporting/ageing",
                data: {data: JSON.stringify(wishes)},
            });
        } finally {
            this.ui.unblock();
        }
    }
}
