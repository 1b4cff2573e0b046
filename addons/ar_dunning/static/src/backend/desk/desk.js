import {Component, onWillStart, useExternalListener, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {DeskHelp} from "./desk_help";
import {DeskOutcomes} from "./desk_outcomes";
import {DeskSearch} from "./desk_search";
import {DeskTimeline} from "./desk_timeline";

const WRITING = "input, textarea, select, [contenteditable='true']";

/** One screen per debtor, for people who call many of them, without the mouse. */
export class DebtorDesk extends Component {
    static template = "ar_dunning.Desk";
    static components = {Layout, DeskOutcomes, DeskSearch, DeskTimeline};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.display = {controlPanel: {}};
        this.note = useRef("note");
        this.state = useState({
            desk: null,
            queue: [],
            workItemId: false,
            chosen: [],
            asked: null,
            busy: false,
            searching: false,
            last: null,
            left: 0,
        });
        useExternalListener(window, "keydown", (event) => this.onKey(event));
        onWillStart(async () => {
            const {active_id: debtorId, work_item_id: workItemId} =
                this.props.action.context;
            await this.start(debtorId, workItemId || false);
        });
    }

    get desk() {
        return this.state.desk;
    }

    get place() {
        return this.state.queue.findIndex((one) => one.debtor_id === this.desk?.id);
    }

    get placeText() {
        return _t("%(place)s of %(count)s", {
            place: this.place + 1,
            count: this.state.queue.length,
        });
    }

    // -- loading ----------------------------------------------------------------

    /** Show the debtor that was asked for, or the first of the reader's work. */
    async start(debtorId, workItemId) {
        if (debtorId) {
            return this.load(debtorId, workItemId, true);
        }
        const queue = await this.orm.call("ar.work.item", "get_queue", []);
        this.state.queue = queue;
        if (queue.length) {
            await this.load(queue[0].debtor_id, queue[0].work_item_id);
        } else {
            const {me, free} = await this.orm.call("ar.work.item", "get_progress", []);
            this.state.left = me.due + free;
        }
    }

    async load(debtorId, workItemId, withQueue = false) {
        const desk = await this.orm.call("ar.debtor", "get_desk", [debtorId], {
            work_item_id: workItemId,
            with_queue: withQueue,
        });
        if (withQueue) {
            this.state.queue = desk.queue;
        }
        Object.assign(this.state, {desk, workItemId, chosen: [], asked: null});
        this.env.config.setDisplayName?.(desk.head.name);
        this.props.updateActionState?.({active_id: debtorId});
    }

    async reload() {
        await this.load(this.desk.id, this.state.workItemId);
    }

    /** Go on in the reader's work; from elsewhere, begin with its first debtor. */
    async move(step) {
        const {queue} = this.state;
        if (this.state.busy) {
            return;
        }
        if (!queue.length) {
            this.notification.add(_t("There is no debtor in your work of today."), {
                type: "info",
            });
            return;
        }
        const next = this.place < 0 ? 0 : this.place + step;
        if (next < 0 || next >= queue.length) {
            this.notification.add(
                step > 0
                    ? _t("That was the last debtor of your work.")
                    : _t("This is the first debtor of your work."),
                {type: "info"}
            );
            return;
        }
        await this.busily(async () => {
            await this.saveNote();
            await this.load(queue[next].debtor_id, queue[next].work_item_id);
        });
    }

    async openDebtor(debtorId) {
        this.state.searching = false;
        await this.saveNote();
        await this.load(debtorId, false);
    }

    async busily(work) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await work();
        } finally {
            this.state.busy = false;
        }
    }

    // -- outcomes ---------------------------------------------------------------

    /** Record at once, or ask for the date and the note first. */
    async choose(outcome) {
        if (!this.desk.may_record) {
            return;
        }
        const asks =
            outcome.date_need !== "none" ||
            outcome.asks_amount ||
            outcome.note_required;
        if (asks) {
            this.state.asked = outcome;
        } else {
            await this.record(outcome, {});
        }
    }

    async record(outcome, facts) {
        await this.busily(async () => {
            const debtorId = this.desk.id;
            const task = this.state.workItemId;
            const contactIds = await this.orm.call(
                "ar.debtor",
                "record_outcome",
                [[debtorId], outcome.id],
                {
                    values: {
                        ...facts,
                        claim_ids: this.state.chosen,
                        work_item_id: task || undefined,
                    },
                }
            );
            this.state.last = {debtorId, contactIds, name: outcome.name, task};
            await this.load(debtorId, task);
            this.sayRecorded();
        });
    }

    sayRecorded() {
        const close = this.notification.add(
            _t("Recorded: %(outcome)s", {outcome: this.state.last.name}),
            {
                type: "success",
                buttons: [
                    {
                        name: _t("Undo"),
                        onClick: () => {
                            close();
                            this.undo();
                        },
                    },
                ],
            }
        );
    }

    async undo() {
        const {last} = this.state;
        if (!last) {
            return;
        }
        await this.busily(async () => {
            await this.orm.call("ar.debtor", "undo_outcome", [
                [last.debtorId],
                last.contactIds,
            ]);
            this.state.last = null;
            await this.load(last.debtorId, last.task);
            this.notification.add(_t("Undone: %(outcome)s", {outcome: last.name}));
        });
    }

    toggleClaim(claimId) {
        const {chosen} = this.state;
        this.state.chosen = chosen.includes(claimId)
            ? chosen.filter((id) => id !== claimId)
            : [...chosen, claimId];
    }

    // -- notes and tasks --------------------------------------------------------

    /** Keep what was typed; nothing is sent when nothing changed. */
    async saveNote() {
        const text = this.note.el?.value ?? this.desk?.note;
        if (!this.desk?.may_record || text === this.desk.note) {
            return;
        }
        await this.orm.write("ar.debtor", [this.desk.id], {note: text});
        this.desk.note = text;
    }

    async finish(item) {
        await this.busily(async () => {
            await this.orm.call("ar.work.item", "action_done", [[item.id]]);
            await this.reload();
        });
    }

    // -- going elsewhere --------------------------------------------------------

    openRecord(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    /** Open a window about this debtor, and look again when it is closed. */
    openWindow(xmlid) {
        const {id} = this.desk;
        return this.action.doAction(xmlid, {
            additionalContext: {
                active_model: "ar.debtor",
                active_id: id,
                active_ids: [id],
                default_debtor_id: id,
            },
            onClose: () => this.reload(),
        });
    }

    openButton(model, id, method) {
        return this.action.doActionButton({
            type: "object",
            name: method,
            resModel: model,
            resId: id,
            resIds: [id],
        });
    }

    showHelp() {
        this.dialog.add(DeskHelp, {outcomes: this.desk ? this.desk.outcomes : []});
    }

    // -- keys -------------------------------------------------------------------

    onKey(event) {
        const busy =
            event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
        if (busy || document.querySelector(".o_dialog, .o_command_palette")) {
            return;
        }
        if (event.target.closest?.(WRITING)) {
            if (event.key === "Escape") {
                event.target.blur();
                this.state.asked = null;
                this.state.searching = false;
            }
            return;
        }
        const act = this.keys[event.key] || this.outcomeOf(event.key);
        if (act) {
            event.preventDefault();
            act();
        }
    }

    get keys() {
        return {
            n: () => this.move(1),
            p: () => this.move(-1),
            u: () => this.undo(),
            e: () => this.note.el?.focus(),
            "/": () => (this.state.searching = true),
            "?": () => this.showHelp(),
            Escape: () => {
                this.state.asked = null;
                this.state.searching = false;
            },
        };
    }

    outcomeOf(key) {
        const outcome = this.desk?.outcomes.find((one) => one.hotkey === key);
        return outcome && (() => this.choose(outcome));
    }
}

registry.category("actions").add("ar_dunning.desk", DebtorDesk);
