import {Component, useEffect, useRef, useState} from "@odoo/owl";

/** The buttons for what a contact ended in, and what one of them asks for. */
export class DeskOutcomes extends Component {
    static template = "ar_dunning.DeskOutcomes";
    static props = {
        outcomes: Array,
        asked: {type: [Object, {value: null}]},
        chosenCount: Number,
        busy: Boolean,
        onChoose: Function,
        onRecord: Function,
        onCancel: Function,
    };

    setup() {
        this.form = useRef("form");
        this.facts = useState({date_until: "", amount: "", note: "", medium: "phone"});
        useEffect(
            (asked) => {
                if (asked) {
                    Object.assign(this.facts, {
                        date_until: asked.date_suggested,
                        amount: "",
                        note: "",
                    });
                    this.form.el?.querySelector("input, textarea")?.focus();
                }
            },
            () => [this.props.asked]
        );
    }

    get complete() {
        const {asked} = this.props;
        return (
            (asked.date_need !== "required" || this.facts.date_until) &&
            (!asked.note_required || this.facts.note.trim())
        );
    }

    record() {
        if (!this.complete) {
            return;
        }
        const {asked} = this.props;
        const {date_until, amount, note, medium} = this.facts;
        this.props.onRecord(asked, {
            date_until: asked.date_need === "none" ? false : date_until,
            amount: asked.asks_amount ? Number(amount) || 0 : 0,
            note,
            medium,
        });
    }

    onKeydown(event) {
        // Enter ends a note; with Shift it begins a new line.
        if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            this.record();
        }
    }
}
