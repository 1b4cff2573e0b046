import {registry} from "@web/core/registry";

const press = (key) => () =>
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));

registry.category("web_tour.tours").add("ar_dunning_desk", {
    steps: () => [
        {
            content: "The first debtor of the work is there",
            trigger: ".o_ar_desk_head h1:contains('Dirk Peeters')",
            run: press("1"),
        },
        {
            content: "No answer is recorded at once",
            trigger: ".o_ar_timeline li[data-kind=contact]:contains('No answer')",
            run: press("u"),
        },
        {
            content: "It can be undone",
            trigger: ".o_ar_timeline li.o_ar_muted[data-kind=contact]",
            run: press("3"),
        },
        {
            content: "A promise asks for a date, which it suggests, and a note",
            trigger: ".o_ar_outcome_form textarea[name=note]",
            run: "edit After the holidays",
        },
        {
            trigger: ".o_ar_outcome_form .o_ar_record:enabled",
            run: "click",
        },
        {
            content: "The promise is told and holds the claim",
            trigger:
                ".o_ar_desk:has(.o_ar_holds):has(li[data-kind=contact]:contains('holidays'))",
        },
        {
            trigger: ".o_ar_desk:not(:has(.o_ar_outcome_form))",
            run: press("n"),
        },
        {
            content: "The next debtor, without the list",
            trigger: ".o_ar_desk_head h1:contains('Ann Claes')",
        },
        {
            trigger: "textarea.o_ar_note",
            run: "edit Speaks French",
        },
        {
            trigger: ".o_ar_desk",
            run: press("p"),
        },
        {
            trigger: ".o_ar_desk_head h1:contains('Dirk Peeters')",
            run: press("?"),
        },
        {
            content: "The keys are told",
            trigger: ".o_dialog kbd:contains('u')",
        },
    ],
});
