import {Component, onWillUpdateProps, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/** All that happened with a debtor, newest first; notices open to what was written. */
export class DeskTimeline extends Component {
    static template = "ar_dunning.DeskTimeline";
    static props = {entries: Array};

    setup() {
        this.orm = useService("orm");
        this.state = useState({kind: "", open: null, preview: ""});
        onWillUpdateProps(() => Object.assign(this.state, {open: null, preview: ""}));
    }

    get kinds() {
        return [...new Set(this.props.entries.map((entry) => entry.kind))];
    }

    get shown() {
        const {kind} = this.state;
        return this.props.entries.filter((entry) => !kind || entry.kind === kind);
    }

    iconOf(kind) {
        return this.props.entries.find((entry) => entry.kind === kind).icon;
    }

    countOf(kind) {
        return this.props.entries.filter((entry) => entry.kind === kind).length;
    }

    toggleKind(kind) {
        this.state.kind = this.state.kind === kind ? "" : kind;
    }

    /** Show what a notice says, or hide it again. */
    async toggle(entry) {
        if (this.state.open === entry.key) {
            this.state.open = null;
            return;
        }
        this.state.preview = "";
        this.state.open = entry.key;
        const [notice] = await this.orm.read(
            "ar.dunning.notice",
            [entry.notice_id],
            ["preview"]
        );
        this.state.preview = String(notice.preview || "");
    }
}
