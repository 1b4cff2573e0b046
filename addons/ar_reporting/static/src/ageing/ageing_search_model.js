/**
 * A search model that knows a day and hands it to the server in the context. The day
 * goes along when the user changes to another view of the same action.
 *
 * @param {typeof import("@web/search/search_model").SearchModel} Model
 */
export function withDay(Model) {
    return class extends Model {
        /** The chosen day as ISO text; false: today. */
        get asOf() {
            return this.globalContext.ar_as_of || false;
        }

        setAsOf(day) {
            this.globalContext = {...this.globalContext, ar_as_of: day};
            return this._notify();
        }

        exportState() {
            return {...super.exportState(), asOf: this.asOf};
        }

        _importState(state) {
            super._importState(state);
            if ("asOf" in state) {
                this.globalContext.ar_as_of = state.asOf;
            }
        }
    };
}
