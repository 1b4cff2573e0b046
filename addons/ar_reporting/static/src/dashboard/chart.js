import {Component, useEffect, useRef, useState} from "@odoo/owl";

/**
 * A chart with a title and, at the press of a button, the same figures as a table.
 * The table is the text alternative: it is also what a screen reader gets.
 */
export class FigureChart extends Component {
    static template = "ar_reporting.FigureChart";
    static props = {
        title: String,
        summary: String,
        config: Function,
        table: Object,
        height: {type: Number, optional: true},
    };
    static defaultProps = {height: 260};

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({asTable: false});
        useEffect(
            () => {
                this.draw();
                return () => this.clear();
            },
            () => [this.state.asTable, this.props.config]
        );
    }

    draw() {
        if (this.canvas.el) {
            // Colours of the page, so that light and dark mode are right by themselves.
            const text = getComputedStyle(this.canvas.el).color;
            this.chart = new Chart(this.canvas.el, this.props.config(text));
        }
    }

    clear() {
        this.chart?.destroy();
        this.chart = null;
    }

    toggle() {
        this.state.asTable = !this.state.asTable;
    }
}
