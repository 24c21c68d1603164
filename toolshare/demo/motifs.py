"""What the demo's photos show: each motif as shapes on a sheet of 100 by 100."""

from toolshare.demo.shapes import (
    BLUE,
    CREAM,
    GREEN,
    INK,
    IRON,
    OAK,
    OCHRE,
    PALE,
    RED,
    STEEL,
    STRAW,
    WOOD,
    Disc,
    Plate,
    Shape,
    Sheet,
    Stroke,
    handled,
    wheel,
)

MOTIFS: dict[str, tuple[Shape, ...]] = {
    "tractor": (
        Plate((40, 40, 80, 60), RED, 4),
        Plate((30, 24, 52, 60), RED, 3),
        Plate((33, 27, 49, 42), "#bcd3d8", 2),
        Stroke(((70, 40), (70, 24)), IRON, 3),
        Plate((74, 46, 81, 56), INK, 1),
        *wheel(36, 63, 17),
        *wheel(74, 69, 11),
    ),
    "seed drill": (
        Sheet(((22, 34), (78, 34), (72, 52), (28, 52)), GREEN),
        Plate((20, 30, 80, 35), "#356040", 1),
        *(Stroke(((x, 52), (x - 2, 74)), IRON, 1.8) for x in range(30, 74, 7)),
        Stroke(((50, 30), (50, 18), (66, 18)), IRON, 2.6),
        *wheel(20, 68, 11, GREEN),
        *wheel(80, 68, 11, GREEN),
    ),
    "trailer": (
        Sheet(((20, 38), (84, 38), (79, 62), (25, 62)), BLUE),
        Plate((18, 35, 86, 40), "#2f566f", 1),
        Sheet(((28, 35), (40, 24), (55, 30), (68, 22), (78, 35)), STRAW),
        Stroke(((22, 60), (6, 66)), IRON, 3),
        *wheel(50, 68, 11),
    ),
    "log splitter": (
        Plate((12, 58, 86, 64), IRON, 1),
        Plate((14, 50, 40, 58), OCHRE, 2),
        Stroke(((40, 54), (58, 54)), PALE, 3),
        Sheet(((58, 46), (66, 54), (58, 60)), STEEL),
        Plate((66, 46, 84, 58), WOOD, 3),
        Disc((84, 52), (2.4, 6), STRAW),
        *wheel(28, 70, 9, IRON),
        Stroke(((80, 64), (80, 79)), IRON, 3),
    ),
    "apple press": (
        Plate((30, 40, 70, 68), WOOD, 2),
        *(Stroke(((x, 41), (x, 67)), OAK, 1) for x in range(35, 70, 6)),
        Stroke(((28, 46), (72, 46)), IRON, 2),
        Stroke(((28, 62), (72, 62)), IRON, 2),
        Stroke(((24, 78), (24, 20), (76, 20), (76, 78)), OAK, 4),
        Stroke(((50, 16), (50, 38)), STEEL, 3),
        Stroke(((38, 14), (62, 14)), IRON, 3),
        Plate((22, 68, 78, 73), OAK, 1),
        Disc((44, 37), (5, 5), RED),
        Disc((56, 38), (5, 5), GREEN),
    ),
    "scythe": (
        Stroke(((30, 80), (58, 40), (62, 18)), OAK, 3.4),
        Stroke(((50, 52), (60, 56)), WOOD, 3),
        Sheet(((60, 16), (40, 18), (20, 30), (12, 42), (26, 31), (44, 24), (62, 22)), STEEL),
    ),
    "fork": handled(
        Stroke(((54, 26), (72, 36)), IRON, 3),
        *(Stroke(((x, y), (x + 9, y - 16)), STEEL, 2) for x, y in ((55, 26), (63, 31), (71, 36))),
    ),
    "spade": handled(
        Sheet(((54, 26), (70, 34), (80, 14), (76, 8), (66, 8)), STEEL),
        Stroke(((26, 76), (38, 83)), OAK, 3.4),
    ),
    "rake": handled(
        Stroke(((50, 16), (78, 32)), IRON, 3),
        *(
            Stroke(((x, y), (x + 5, y - 8)), IRON, 1.6)
            for x, y in ((51, 16), (58, 20), (65, 24), (72, 28), (78, 32))
        ),
    ),
    "axe": handled(Sheet(((52, 20), (66, 14), (82, 22), (76, 40), (66, 34), (56, 32)), STEEL)),
    "hammer": handled(
        Sheet(((48, 18), (74, 32), (70, 40), (44, 26)), IRON),
        Sheet(((72, 30), (80, 36), (76, 44), (68, 39)), INK),
    ),
    "saw": (
        Sheet(((34, 44), (88, 34), (88, 40), (36, 62)), PALE),
        *(
            Sheet(
                (
                    (x, 62 - (x - 36) * 0.42),
                    (x + 4, 60.3 - (x - 36) * 0.42),
                    (x + 1.5, 65 - (x - 36) * 0.42),
                ),
                STEEL,
            )
            for x in range(37, 86, 5)
        ),
        Plate((12, 40, 38, 66), WOOD, 8),
        Plate((19, 47, 31, 59), CREAM, 5),
    ),
    "power saw": (
        Disc((58, 56), (20, 20), PALE),
        Disc((58, 56), (4, 4), IRON),
        Sheet(((34, 56), (38, 38), (56, 30), (78, 40), (82, 56)), OCHRE),
        Plate((18, 34, 44, 48), OCHRE, 6),
        Plate((22, 38, 38, 44), CREAM, 3),
        Plate((20, 60, 90, 64), IRON, 1),
        Stroke(((20, 42), (8, 56), (10, 72)), INK, 2),
    ),
    "chainsaw": (
        Plate((50, 44, 94, 54), PALE, 5),
        Stroke(((52, 44), (90, 44)), INK, 1.2),
        Stroke(((52, 54), (90, 54)), INK, 1.2),
        Plate((16, 38, 54, 64), OCHRE, 5),
        Plate((22, 46, 44, 58), "#9b6a18", 2),
        Stroke(((20, 38), (26, 28), (46, 28), (50, 38)), INK, 3.4),
        Stroke(((16, 44), (6, 50), (16, 60)), INK, 4),
    ),
    "drill": (
        Plate((26, 34, 62, 50), BLUE, 5),
        Sheet(((30, 48), (44, 48), (38, 74), (26, 74)), BLUE),
        Plate((22, 70, 42, 78), INK, 2),
        Plate((62, 37, 72, 47), INK, 2),
        Stroke(((72, 42), (92, 42)), STEEL, 2.2),
        Stroke(((46, 50), (44, 58)), RED, 2.6),
    ),
    "wrench": (
        Stroke(((28, 72), (66, 32)), STEEL, 8),
        Disc((70, 28), (12, 12), STEEL),
        Sheet(((68, 28), (76, 12), (86, 22)), "#eadfcb"),
        Disc((26, 74), (9, 9), STEEL),
        Disc((26, 74), (4, 4), IRON),
        Stroke(((36, 64), (58, 41)), PALE, 2),
    ),
    "pliers": (
        Stroke(((40, 80), (46, 52), (58, 36)), RED, 5),
        Stroke(((66, 78), (54, 52), (44, 36)), RED, 5),
        Sheet(((46, 50), (54, 50), (60, 28), (52, 14), (50, 36), (48, 14), (41, 28)), STEEL),
        Disc((50, 46), (4, 4), INK),
    ),
    "screwdriver": (
        Stroke(((30, 74), (48, 54)), RED, 9),
        Stroke(((48, 54), (76, 24)), STEEL, 3),
        Stroke(((33, 71), (45, 57)), "#d56c50", 2),
    ),
    "ladder": (
        Stroke(((32, 80), (42, 12)), OCHRE, 3.4),
        Stroke(((68, 80), (58, 12)), OCHRE, 3.4),
        *(
            Stroke(((34 + i * 1.6, 70 - i * 11), (66 - i * 1.6, 70 - i * 11)), WOOD, 2.6)
            for i in range(6)
        ),
    ),
    "measure": (
        Plate((26, 32, 66, 72), OCHRE, 10),
        Disc((46, 52), (13, 13), INK),
        Disc((46, 52), (9, 9), CREAM),
        Plate((58, 64, 92, 71), "#f3d24a", 0),
        *(Stroke(((x, 64), (x, 67)), INK, 0.8) for x in range(64, 92, 4)),
        Stroke(((92, 63), (92, 74)), IRON, 2),
    ),
    "pot": (
        Plate((26, 40, 74, 74), RED, 8),
        Plate((22, 36, 78, 42), IRON, 3),
        Disc((50, 34), (26, 4), PALE),
        Disc((50, 29), (4, 3), INK),
        Stroke(((26, 48), (16, 48), (16, 56), (26, 56)), INK, 3),
        Stroke(((74, 48), (84, 48), (84, 56), (74, 56)), INK, 3),
    ),
    "cart": (
        Sheet(((22, 34), (76, 34), (66, 60), (38, 60)), GREEN),
        Plate((20, 31, 78, 36), "#356040", 1),
        Stroke(((64, 56), (94, 44)), WOOD, 3.4),
        Stroke(((62, 60), (72, 78)), IRON, 3),
        *wheel(36, 69, 10, PALE),
    ),
    "sander": (
        Plate((20, 64, 80, 72), INK, 1),
        Plate((24, 46, 76, 64), GREEN, 6),
        Plate((30, 30, 64, 42), GREEN, 6),
        Stroke(((36, 40), (34, 48)), GREEN, 8),
        Stroke(((62, 40), (66, 48)), GREEN, 8),
        Stroke(((76, 54), (92, 60)), INK, 2.4),
    ),
    "mower": (
        Plate((18, 54, 66, 70), GREEN, 5),
        Plate((28, 44, 52, 56), INK, 3),
        Stroke(((62, 58), (88, 24)), IRON, 3),
        Stroke(((84, 22), (94, 28)), INK, 4),
        *wheel(26, 72, 8, PALE),
        *wheel(60, 72, 8, PALE),
    ),
    "nails": (
        Sheet(((24, 50), (76, 50), (72, 78), (28, 78)), WOOD),
        Sheet(((26, 50), (36, 26), (50, 34), (62, 24), (74, 50)), IRON),
        *(
            Stroke(((x, 48), (x + d, 28)), STEEL, 1.8)
            for x, d in ((34, -4), (42, 3), (50, -2), (58, 5), (66, 2))
        ),
        *(Disc((x, 28), (2.6, 1.4), PALE) for x in (30, 45, 48, 63, 68)),
        Plate((34, 58, 66, 70), CREAM, 1),
    ),
    "clamp": (
        Stroke(((34, 76), (34, 22), (66, 22)), RED, 6),
        Stroke(((34, 74), (46, 74)), RED, 6),
        Stroke(((66, 22), (66, 30)), IRON, 6),
        Stroke(((66, 34), (66, 78)), STEEL, 3.4),
        Stroke(((58, 78), (74, 78)), WOOD, 3.4),
        Plate((58, 32, 74, 37), INK, 1),
    ),
    "sewing": (
        Plate((18, 64, 84, 74), OAK, 2),
        Plate((26, 30, 80, 44), GREEN, 5),
        Plate((64, 40, 80, 66), GREEN, 2),
        Plate((26, 40, 36, 54), GREEN, 2),
        Stroke(((31, 54), (31, 64)), PALE, 1.4),
        Disc((83, 37), (4, 8), INK),
        Disc((46, 27), (5, 3), RED),
    ),
    "lamp": (
        Stroke(((50, 78), (50, 44)), IRON, 3),
        Stroke(((34, 80), (50, 66), (66, 80)), IRON, 3),
        Plate((28, 22, 72, 46), OCHRE, 4),
        Plate((33, 26, 67, 42), "#fff3c4", 2),
    ),
    "pump": (
        Plate((22, 44, 58, 72), BLUE, 5),
        Disc((66, 58), (13, 13), IRON),
        Disc((66, 58), (6, 6), STEEL),
        Stroke(((66, 46), (66, 30), (86, 30)), IRON, 5),
        Stroke(((30, 44), (30, 36), (50, 36), (50, 44)), INK, 3),
        Plate((18, 72, 82, 77), INK, 1),
    ),
    "tent": (
        Sheet(((10, 44), (50, 18), (90, 44)), CREAM),
        Sheet(((37, 27), (50, 18), (63, 27), (60, 44), (40, 44)), RED),
        *(Stroke(((x, 44), (x, 78)), WOOD, 2.4) for x in (14, 50, 86)),
    ),
    "toolbox": (
        Plate((20, 44, 80, 76), RED, 3),
        Plate((20, 44, 80, 54), "#8d3321", 3),
        Stroke(((38, 44), (38, 34), (62, 34), (62, 44)), IRON, 4),
        Plate((44, 50, 56, 60), STRAW, 1),
    ),
}
