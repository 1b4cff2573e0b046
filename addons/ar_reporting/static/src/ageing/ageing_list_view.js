import {registry} from "@web/core/registry";
import {SearchModel} from "@web/search/search_model";
import {listView} from "@web/views/list/list_view";
import {AgeingControlPanel} from "./ageing_control_panel";
import {withDay} from "./ageing_search_model";

registry.category("views").add("ar_ageing_list", {
    ...listView,
    ControlPanel: AgeingControlPanel,
    SearchModel: withDay(SearchModel),
});
