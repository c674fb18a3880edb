"""The picture of the workflow: which rule takes its files from which."""

from collections.abc import Iterable, Mapping

import networkx as nx
from matplotlib.figure import Figure

from rramgan.figures.style import NEUTRAL, new_figure, styled

BOX_IN, ROW_IN = 1.5, 0.55
"""Room for a rule, side by side and one below the other (inches)."""


@styled
def rule_graph(sources: Mapping[str, Iterable[str]]) -> Figure:
    """Rules as boxes, top down in the order of the flow; an arrow where one takes files of another and of none between.

    `sources`: rules, and those whose files they read.
    """
    graph = nx.DiGraph([(source, rule) for rule, read in sources.items() for source in read if source in sources])
    graph.add_nodes_from(sources)
    graph = nx.transitive_reduction(graph)
    rows = list(nx.topological_generations(graph))
    for row, rules in enumerate(rows):
        nx.set_node_attributes(graph, dict.fromkeys(rules, -row), "row")
    places = nx.multipartite_layout(graph, subset_key="row", align="horizontal", scale=1)
    figure = new_figure(BOX_IN * max(map(len, rows)), ROW_IN * len(rows) + 0.4)
    axes = figure.subplots()
    nx.draw_networkx_edges(graph, places, ax=axes, edge_color=NEUTRAL, arrowsize=8, node_size=500, width=0.8)
    box = {"boxstyle": "round", "fc": "white", "ec": NEUTRAL}
    nx.draw_networkx_labels(graph, places, ax=axes, font_size=8, bbox=box)
    axes.set_axis_off()
    axes.margins(x=0.5 / max(map(len, rows)), y=0.03)
    return figure
