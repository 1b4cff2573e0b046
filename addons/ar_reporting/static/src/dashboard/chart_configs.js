import {_t} from "@web/core/l10n/translation";
import {AGE_COLOURS, DAYS_COLOUR, SHARE_COLOUR} from "./figures";

const GRID = "rgba(128, 128, 128, 0.18)";

function common(textColour) {
    return {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        plugins: {
            legend: {
                position: "bottom",
                labels: {
                    color: textColour,
                    boxWidth: 12,
                    padding: 10,
                    font: {size: 11},
                },
            },
        },
    };
}

function axis(textColour, more = {}) {
    return {...more, ticks: {color: textColour, font: {size: 11}, ...more.ticks}};
}

/** Stacked bars: a bar per entity, a piece per age. */
export function ageingChart({entities, buckets}, figures, textColour, onPiece) {
    return {
        type: "bar",
        data: {
            labels: entities.map((entity) => entity.name),
            datasets: buckets.map(({code, label}) => ({
                label,
                data: entities.map((entity) => entity.amounts[code] || 0),
                backgroundColor: AGE_COLOURS[code],
                borderWidth: 0,
                maxBarThickness: 34,
            })),
        },
        options: {
            ...common(textColour),
            indexAxis: "y",
            scales: {
                x: axis(textColour, {
                    stacked: true,
                    grid: {color: GRID},
                    ticks: {
                        callback: (value) => figures.short(value),
                        maxTicksLimit: 6,
                    },
                }),
                y: axis(textColour, {stacked: true, grid: {display: false}}),
            },
            plugins: {
                ...common(textColour).plugins,
                tooltip: {
                    callbacks: {
                        label: ({dataset, raw}) =>
                            `${dataset.label}: ${figures.amount(raw)}`,
                    },
                },
            },
            onClick: (_event, [piece]) => {
                if (piece) {
                    onPiece(entities[piece.index], buckets[piece.datasetIndex].code);
                }
            },
        },
    };
}

/** Two lines over a year: overdue share on the left, DSO on the right. */
export function trendChart({trend}, figures, textColour, onMonth) {
    const line = (label, values, colour, axisId, more = {}) => ({
        label,
        data: values,
        borderColor: colour,
        backgroundColor: colour,
        yAxisID: axisId,
        tension: 0.25,
        pointRadius: 2.5,
        borderWidth: 2.5,
        spanGaps: false,
        ...more,
    });
    return {
        type: "line",
        data: {
            labels: trend.map((moment) => figures.month(moment.date)),
            datasets: [
                line(
                    _t("Overdue share (%)"),
                    trend.map((moment) => moment.share),
                    SHARE_COLOUR,
                    "share"
                ),
                line(
                    _t("DSO (days)"),
                    trend.map((moment) => moment.dso),
                    DAYS_COLOUR,
                    "days",
                    {borderDash: [6, 4]}
                ),
            ],
        },
        options: {
            ...common(textColour),
            interaction: {mode: "index", intersect: false},
            scales: {
                x: axis(textColour, {grid: {display: false}}),
                share: axis(textColour, {
                    position: "left",
                    beginAtZero: true,
                    suggestedMax: 100,
                    grid: {color: GRID},
                    ticks: {callback: (value) => `${value} %`, maxTicksLimit: 6},
                }),
                days: axis(textColour, {
                    position: "right",
                    beginAtZero: true,
                    grid: {display: false},
                    ticks: {maxTicksLimit: 6},
                }),
            },
            onClick: onMonth,
        },
    };
}
