import {Component} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";

/** The keys of the debtor's screen. */
export class DeskHelp extends Component {
    static template = "ar_dunning.DeskHelp";
    static components = {Dialog};
    static props = {outcomes: Array, close: Function};
}
