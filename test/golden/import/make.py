"""Makes the files of this folder: data sets and predictions as the authors' build_our_data.py and VLMEvalKit write them, by Python's own csv module.
Run: python3 test/golden/import/make.py

The rows are the worked examples of spec/s2h 2.9, 3.9 and 4.13, taken from the golden texts beside this folder. The pictures are 2 x 1 pixels.
"""
import base64, csv, pathlib, struct, zlib

here = pathlib.Path(__file__).parent
golden = lambda name: (here.parent / name).read_text().removesuffix("\n")


def png(level):
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    head = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" + bytes([level] * 6))) + chunk(b"IEND", b"")


def write(name, columns, rows):
    with open(here / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=columns, delimiter="\t")
        writer.writeheader()
        writer.writerows(rows)


def without_picture(text):
    return text.removeprefix("<image>\n\n")


table_turn = golden("tr-image-via-text.txt")
latex = table_turn[table_turn.index("\\begin{table}") : table_turn.index("\\end{table}") + len("\\end{table}")]
digits = table_turn.rsplit("total is ", 1)[1].split(" =")[0].replace(" + ", ",")
write("OurEval_TableReadout_SIMPLE_text.tsv", ["index", "question", "answer"], [{"index": 0, "question": f"{latex}\n\n{golden('tr-question-text.txt')}", "answer": digits}])
write(
    "OurEval_TableReadout_SIMPLE_image.tsv",
    ["index", "question", "answer", "image"],
    [{"index": i, "question": without_picture(golden("tr-question-image.txt")), "answer": digits, "image": base64.b64encode(png(60 * i)).decode()} for i in range(3)],
)

grid_turn = golden("grid-image-via-text.txt")
lines = [line for line in grid_turn.split("\n") if line.startswith(" ") and "&" in line][1:]
number = {"S": 1, "D": 2, "O": 0, "club": 3, "integral": 4, "plus": -1}
grid = "\n".join("".join(f":{number[word.strip()]}" for word in line.split("&")[1:]) for line in lines)
moves = grid_turn.rsplit("Answer: ", 1)[1].split()
step = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
write(
    "OurEval_GridNavigation_SIMPLE_image.tsv",
    ["index", "question", "answer", "num_steps", "start_row", "start_col", "end_row", "end_col", "text", "collect_objects_coordinates", "image"],
    [
        {
            "index": 0,
            "question": without_picture(golden("grid-question-image.txt")),
            "answer": str([step[move] for move in moves]),
            "num_steps": len(moves),
            **{"start_row": 4, "start_col": 5, "end_row": 7, "end_col": 4},
            "text": grid,
            "collect_objects_coordinates": "3-4:8-4",
            "image": base64.b64encode(png(9)).decode(),
        }
    ],
)

puzzle, turn = golden("analogy-worked-example.txt").split("\n\nWe first", 1)
write(
    "OurEval_VisualAnalogy_HARD_text.tsv",
    ["index", "question", "answer"],
    [{"index": 0, "question": f"{puzzle}\n\n{golden('analogy-question-text.txt')}", "answer": turn[turn.rindex("Example 1:") :]}],
)

# What a model said of the three image tables: right; the third cell misread; an answer in no form. VLMEvalKit keeps the columns, without the picture.
right = table_turn[table_turn.index("We enumerate") :]
wrong = right.replace("October\t3", "October\t8").replace("9 + 7 + 3", "9 + 7 + 8").replace("= 36", "= 41").replace("Answer: 36", "Answer: 41")
predictions = [right, wrong, "I cannot see the picture."]
write(
    "model_OurEval_TableReadout_SIMPLE_image.tsv",
    ["index", "question", "answer", "prediction"],
    [{"index": i, "question": without_picture(golden("tr-question-image.txt")), "answer": digits, "prediction": text} for i, text in enumerate(predictions)],
)
