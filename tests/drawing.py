"""What the tests of pictures share."""

import io

from matplotlib.figure import Figure


def svg(figure: Figure) -> str:
    """Return a figure as the text of an SVG file."""
    with io.StringIO() as target:
        figure.savefig(target, format="svg", metadata={"Date": None})
        return target.getvalue()


def is_transparent(figure: Figure) -> bool:
    """Tell whether neither the figure nor an axis has a ground of its own."""
    return figure.get_facecolor()[3] == 0 and all(axis.get_facecolor()[3] == 0 for axis in figure.axes)
