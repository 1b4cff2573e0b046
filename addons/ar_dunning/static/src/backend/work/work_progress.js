import {Component, onWillStart, useState} from "@odoo/owl";
import {useBus, useService} from "@web/core/utils/hooks";

const AROUND = 2 * Math.PI * 15;

/** How much of today's work is handled: a ring for the user and one for the team. */
export class WorkProgress extends Component {
    static template = "ar_dunning.WorkProgress";
    static props = {bus: Object};

    setup() {
        this.orm = useService("orm");
        this.state = useState({rings: []});
        useBus(this.props.bus, "update", () => this.load());
        onWillStart(() => this.load());
    }

    async load() {
        const {me, team} = await this.orm.silent.call(
            "ar.work.item",
            "get_progress",
            []
        );
        this.state.rings = [
            {name: "me", ...me},
            ...(team ? [{name: "team", ...team}] : []),
        ].map((ring) => ({...ring, ...this.arcOf(ring)}));
    }

    /** Length of the arc, and the share in words of the ring. */
    arcOf({done, due}) {
        const share = done + due ? done / (done + due) : 1;
        return {
            arc: `${share * AROUND} ${AROUND}`,
            percentage: Math.floor(share * 100),
            all: done + due,
        };
    }
}
