/** @odoo-module ignore */
// The page works without this file: it adds copying and the total of a new choice.

(() => {
    const status = document.getElementById("status");

    function say(words) {
        // Emptied first, so that the same words are read out again.
        status.textContent = "";
        setTimeout(() => {
            status.textContent = words;
        }, 50);
    }

    function copyOldWay(text) {
        const field = document.createElement("textarea");
        field.value = text;
        field.setAttribute("readonly", "");
        field.className = "unseen";
        document.body.append(field);
        field.select();
        const done = document.execCommand("copy");
        field.remove();
        return done;
    }

    async function copy(text) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            return copyOldWay(text);
        }
    }

    for (const button of document.querySelectorAll("button[data-copy]")) {
        const [before, done, failed] = button.children;
        let timer = null;

        const show = (words) => {
            for (const one of [before, done, failed]) {
                one.hidden = one !== words;
            }
            button.classList.toggle("copied", words === done);
        };

        button.hidden = false;
        button.addEventListener("click", async () => {
            const answer = (await copy(button.dataset.copy)) ? done : failed;
            show(answer);
            say(answer.textContent);
            button.focus();
            clearTimeout(timer);
            timer = setTimeout(() => show(before), 2500);
        });
    }

    const form = document.getElementById("choose");
    const boxes = form ? [...form.querySelectorAll("input[name=claim]")] : [];
    if (!boxes.length) {
        return;
    }
    const output = form.querySelector("output");
    const submit = form.querySelector("button[type=submit]");
    const choice = form.querySelector(".choice");
    const panel = document.getElementById("pay");
    const {digits, decimal, thousands, pattern} = form.dataset;
    const asShown = output.textContent;

    // Written as the server writes amounts, which is not how every browser does.
    function write(units) {
        const figures = String(units).padStart(Number(digits) + 1, "0");
        const end = figures.length - Number(digits);
        const whole = figures.slice(0, end).replace(/\B(?=(\d{3})+$)/g, thousands);
        const number =
            end < figures.length ? whole + decimal + figures.slice(end) : whole;
        return pattern.replace("#", number);
    }

    function follow() {
        const chosen = boxes.filter((box) => box.checked);
        const changed = boxes.some((box) => box.checked !== box.defaultChecked);
        // In the smallest unit of the currency: whole numbers add up exactly.
        const units = chosen.reduce((sum, box) => sum + Number(box.dataset.units), 0);
        output.textContent = changed ? write(units) : asShown;
        submit.disabled = changed && !chosen.length;
        submit.hidden = !changed;
        choice.classList.toggle("changed", changed);
        if (panel) {
            panel.classList.toggle("stale", changed);
            panel.inert = changed;
        }
    }

    form.addEventListener("change", follow);
    // A page that comes back from the browser's memory keeps its ticks.
    window.addEventListener("pageshow", follow);
    follow();
})();
