import {useSubEnv} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {SearchModel} from "@web/search/search_model";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {WorkProgress} from "./work_progress";

/** Control panel of the work list: with the rings of the day. */
export class WorkControlPanel extends ControlPanel {
    static template = "ar_dunning.WorkControlPanel";
    static components = {...ControlPanel.components, WorkProgress};
}

/**
 * On a phone the work list is one list in order of worth: a column for each kind would
 * leave one of them on the screen, with most of the work out of sight.
 */
export class WorkSearchModel extends SearchModel {
    async load(config) {
        const defaultGroupBy = this.env.isSmall ? undefined : config.defaultGroupBy;
        await super.load({...config, defaultGroupBy});
    }
}

/** A controller that tells the control panel when its records were loaded anew. */
function withBus(Controller) {
    return class extends Controller {
        setup() {
            super.setup();
            useSubEnv({workBus: this.model.bus});
        }
    };
}

registry.category("views").add("ar_work_list", {
    ...listView,
    Controller: withBus(listView.Controller),
    ControlPanel: WorkControlPanel,
});
registry.category("views").add("ar_work_kanban", {
    ...kanbanView,
    SearchModel: WorkSearchModel,
    Controller: withBus(kanbanView.Controller),
    ControlPanel: WorkControlPanel,
});
