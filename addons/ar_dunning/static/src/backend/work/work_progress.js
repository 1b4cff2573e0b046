import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
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
        const {me, team, free} = await this.orm.silent.call(
            "ar.work.item",
            "get_progress",
            []
        );
        this.state.rings = [
            {name: "me", ...me},
            ...(team ? [{name: "team", ...team}] : []),
        ].map((ring) => ({...ring, ...this.arcOf(ring, free)}));
    }

    /**
     * Length of the arc, and the share in words of the ring. A day without any work is
     * done, but not while there is work that anybody may take.
     */
    arcOf({done, due}, free) {
        const share = done + due ? done / (done + due) : free ? 0 : 1;
        const toTake = due ? 0 : free;
        return {
            arc: `${share * AROUND} ${AROUND}`,
            text: done + due || !free ? `${Math.floor(share * 100)}%` : "–",
            count: `${done} / ${done + due}`,
            toTake: toTake && _t("%(count)s to take", {count: toTake}),
        };
    }
}
