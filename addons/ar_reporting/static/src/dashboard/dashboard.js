import {Component, onWillStart} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {FigureChart} from "./chart";
import {ageingChart, trendChart} from "./chart_configs";
import {Figures} from "./figures";

/** The board's page: how receivables stand, in one screen and on one sheet of paper. */
export class ReceivableDashboard extends Component {
    static template = "ar_reporting.Dashboard";
    static components = {Layout, FigureChart};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.display = {controlPanel: {}};
        onWillStart(async () => {
            const [data] = await Promise.all([
                this.orm.call("ar.dashboard", "get_figures", []),
                loadBundle("web.chartjs_lib"),
            ]);
            this.prepare(data);
        });
    }

    /** Everything that the page shows, from what the server said. */
    prepare(data) {
        this.data = data;
        this.figures = new Figures(data.currency_id);
        this.isEmpty = !data.entities.length;
        this.tiles = this.makeTiles(data);
        this.ageingConfig = (colour) =>
            ageingChart(data, this.figures, colour, (entity, bucket) =>
                this.openAgeing({
                    search_default_company_id: entity.id,
                    [`search_default_bucket_${bucket}`]: 1,
                })
            );
        this.trendConfig = (colour) =>
            trendChart(data, this.figures, colour, () => this.openMonths());
        this.ageingTable = this.makeAgeingTable(data);
        this.trendTable = this.makeTrendTable(data);
        this.mostOpen = {
            types: Math.max(...data.types.map((row) => row.open), 1),
            phases: Math.max(...data.phases.map((row) => row.open), 1),
        };
    }

    get pageTitle() {
        return _t("Receivables on %(day)s", {
            day: this.figures.dayName(this.data.as_of),
        });
    }

    get monthTitle() {
        return _t("What happened in %(month)s", {
            month: this.figures.monthName(this.data.month.since),
        });
    }

    get footnote() {
        return _t(
            "Amounts of the accounts receivable of these entities as posted today, as far as you may see them. DSO is counted back over the invoices of %(months)s months.",
            {months: this.data.look_back_months}
        );
    }

    get summary() {
        const {now, as_of: day} = this.data;
        return _t(
            "On %(day)s %(open)s is open; %(overdue)s of it (%(share)s) is overdue.",
            {
                day: this.figures.dayName(day),
                open: this.figures.amount(now.open),
                overdue: this.figures.amount(now.overdue),
                share: this.figures.share(now.share),
            }
        );
    }

    get noticeCount() {
        return this.data.month.notices.reduce((sum, row) => sum + row.count, 0);
    }

    makeTiles({now, ago}) {
        const figures = this.figures;
        return [
            {
                name: "open",
                label: _t("Open"),
                value: figures.amount(now.open),
                exact: figures.exact(now.open),
                change: this.changeOf(now.open, ago.open),
                open: () => this.openAgeing({}),
            },
            {
                name: "overdue",
                label: _t("Overdue"),
                value: figures.amount(now.overdue),
                exact: figures.exact(now.overdue),
                change: this.changeOf(now.overdue, ago.overdue, true),
                open: () => this.openAgeing({search_default_overdue: 1}),
            },
            {
                name: "share",
                label: _t("Overdue share"),
                value: figures.share(now.share),
                exact: _t("Overdue as a percentage of open"),
                change: this.differenceOf(now.share, ago.share, (by) =>
                    _t("%(points)s points", {points: figures.number(by)})
                ),
                open: () => this.openMonths(),
            },
            {
                name: "dso",
                label: _t("DSO"),
                value: figures.days(now.dso),
                exact: _t("Days of invoicing that are still unpaid, counted back"),
                change: this.differenceOf(whole(now.dso), whole(ago.dso), (by) =>
                    figures.days(by)
                ),
                open: () => this.openMonths(),
            },
            {
                name: "credit",
                label: _t("Unmatched credits"),
                value: figures.amount(now.credit),
                exact: _t("Money and credit notes that are matched with nothing yet"),
                change: null,
                open: () => this.openAgeing({search_default_bucket_9_credit: 1}),
            },
        ];
    }

    /** Change in per cent since a month ago; null when there was nothing. */
    changeOf(now, ago, moreIsWorse = false) {
        if (!ago) {
            return null;
        }
        const percent = (100 * (now - ago)) / Math.abs(ago);
        const words = (by) => this.figures.share(by);
        return this.inWords(percent, words(Math.abs(percent)), moreIsWorse, 0.05);
    }

    differenceOf(now, ago, words) {
        if (now === null || ago === null) {
            return null;
        }
        return this.inWords(now - ago, words(Math.abs(now - ago)), true, 0.05);
    }

    inWords(by, text, moreIsWorse, least) {
        if (Math.abs(by) < least) {
            return {text: _t("as a month ago"), mood: "text-muted", icon: ""};
        }
        const rises = by > 0;
        return {
            text: rises
                ? _t("%(by)s more than a month ago", {by: text})
                : _t("%(by)s less than a month ago", {by: text}),
            icon: rises ? "fa-arrow-up" : "fa-arrow-down",
            mood: moreIsWorse ? (rises ? "text-danger" : "text-success") : "text-muted",
        };
    }

    /** A row per age: ages are many, entities mostly few. */
    makeAgeingTable({entities, buckets}) {
        const row = (label, amountOf) => {
            const amounts = entities.map(amountOf);
            const sum = amounts.reduce((one, two) => one + two, 0);
            const shown = entities.length > 1 ? [...amounts, sum] : amounts;
            return [label, ...shown.map((amount) => this.figures.amount(amount))];
        };
        const total = ({amounts}) =>
            Object.values(amounts).reduce((one, two) => one + two, 0);
        const names = entities.map((entity) => entity.name);
        return {
            head: [_t("Age"), ...names, ...(entities.length > 1 ? [_t("Total")] : [])],
            rows: [
                ...buckets.map(({code, label}) =>
                    row(label, (entity) => entity.amounts[code] || 0)
                ),
                row(_t("Total"), total),
            ],
        };
    }

    makeTrendTable({trend}) {
        return {
            head: [
                _t("Day"),
                _t("Open"),
                _t("Overdue"),
                _t("Overdue share"),
                _t("DSO"),
            ],
            rows: trend.map((moment) => [
                this.figures.date(moment.date),
                this.figures.amount(moment.open),
                this.figures.amount(moment.overdue),
                this.figures.share(moment.share),
                this.figures.days(moment.dso),
            ]),
        };
    }

    width(value, most) {
        return `width: ${Math.max(0, Math.min(100, (100 * value) / most))}%`;
    }

    print() {
        window.print();
    }

    // -- where a click leads ----------------------------------------------------

    openAgeing(context, viewType = "pivot") {
        return this.action.doAction("ar_reporting.ar_ageing_action", {
            additionalContext: context,
            viewType,
        });
    }

    openType(row) {
        const filter = row.id
            ? {search_default_claim_type_id: row.id}
            : {search_default_without_type: 1};
        return this.openAgeing(filter);
    }

    openPhase(row) {
        return this.openAgeing({[`search_default_phase_${row.code}`]: 1});
    }

    openDebtor(row) {
        return this.openAgeing(
            {
                search_default_partner_id: row.id,
                search_default_company_id: row.company_id,
            },
            "list"
        );
    }

    openMonths() {
        return this.action.doAction("ar_reporting.ar_receivable_month_action");
    }

    openNotices() {
        return this.action.doAction("ar_dunning.ar_delivery_action");
    }
}

/** A number of days as it is shown, so that a change fits what is shown. */
function whole(days) {
    return days === null ? null : Math.round(days);
}

registry.category("actions").add("ar_reporting.dashboard", ReceivableDashboard);
