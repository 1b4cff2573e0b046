import {_t} from "@web/core/l10n/translation";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {formatFloat, formatMonetary} from "@web/views/fields/formatters";

/** From green over amber to red; grey for credits. The workbook has the same. */
export const AGE_COLOURS = {
    "0_not_due": "#7FB7A3",
    "1_to_30": "#F3D58A",
    "2_to_60": "#EFB366",
    "3_to_90": "#E5895A",
    "4_to_180": "#CF6157",
    "5_to_365": "#A6454F",
    "6_older": "#6F2F45",
    "9_credit": "#9AA3B2",
};
export const SHARE_COLOUR = "#CF6157";
export const DAYS_COLOUR = "#4A7FB5";

/** Words for figures; amounts in whole units of the currency. */
export class Figures {
    constructor(currencyId) {
        this.currencyId = currencyId;
    }

    amount(value) {
        return formatMonetary(value, {currencyId: this.currencyId, digits: [16, 0]});
    }

    exact(value) {
        return formatMonetary(value, {currencyId: this.currencyId});
    }

    short(value) {
        return formatFloat(value, {humanReadable: true, decimals: 1, minDigits: 1});
    }

    number(value) {
        return formatFloat(value, {digits: [16, 1]});
    }

    share(value) {
        return value === null ? "–" : `${this.number(value)} %`;
    }

    days(value) {
        if (value === null || value === false) {
            return "–";
        }
        return _t("%(days)s days", {days: formatFloat(value, {digits: [16, 0]})});
    }

    date(value) {
        return formatDate(deserializeDate(value));
    }

    dayName(value) {
        return deserializeDate(value).toLocaleString(luxon.DateTime.DATE_FULL);
    }

    month(value) {
        return deserializeDate(value).toLocaleString({month: "short", year: "2-digit"});
    }

    monthName(value) {
        return deserializeDate(value).toLocaleString({month: "long", year: "numeric"});
    }
}
