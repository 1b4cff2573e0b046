import {registry} from "@web/core/registry";
import {graphView} from "@web/views/graph/graph_view";
import {pivotView} from "@web/views/pivot/pivot_view";
import {AgeingControlPanel} from "@ar_reporting/ageing/ageing_control_panel";
import {withDay} from "@ar_reporting/ageing/ageing_search_model";

const views = registry.category("views");

views.add("ar_ageing_pivot", {
    ...pivotView,
    ControlPanel: AgeingControlPanel,
    SearchModel: withDay(pivotView.SearchModel),
});
views.add("ar_ageing_graph", {
    ...graphView,
    ControlPanel: AgeingControlPanel,
    SearchModel: withDay(graphView.SearchModel),
});
