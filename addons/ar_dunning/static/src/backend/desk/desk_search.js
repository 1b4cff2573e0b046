import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";

/** Finds another debtor by name; Enter takes the first, arrows go through them. */
export class DeskSearch extends Component {
    static template = "ar_dunning.DeskSearch";
    static props = {onFound: Function, onClose: Function};

    setup() {
        this.orm = useService("orm");
        this.input = useRef("input");
        this.state = useState({found: [], place: 0, asked: ""});
        this.search = useDebounced(this.search.bind(this), 200);
        onMounted(() => this.input.el.focus());
    }

    async search() {
        const text = this.input.el?.value.trim();
        if (!text) {
            this.state.found = [];
            return;
        }
        const found = await this.orm.call("ar.debtor", "name_search", [], {
            name: text,
            limit: 8,
        });
        Object.assign(this.state, {found, place: 0, asked: text});
    }

    onKeydown(event) {
        const {found, place} = this.state;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            const step = event.key === "ArrowDown" ? 1 : -1;
            this.state.place = Math.max(0, Math.min(found.length - 1, place + step));
        } else if (event.key === "Enter" && found.length) {
            this.props.onFound(found[place][0]);
        } else {
            return;
        }
        event.preventDefault();
    }
}
