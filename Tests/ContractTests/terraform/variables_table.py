"""The tables of variables and outputs in terraform/README.md, made of the .tf files.

    python Tests/ContractTests/terraform/variables_table.py     writes them
"""

import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "terraform"
BEGIN, END = "<!-- made of the .tf files -->\n", "<!-- end -->\n"


def blocks(file, kind):
    """The blocks of one kind in a file that `terraform fmt` has formatted: name and body."""
    return re.findall(rf'^{kind} "(\w+)" {{\n(.*?)^}}\n', file.read_text(), re.MULTILINE | re.DOTALL)


def argument(body, name):
    found = re.search(rf"^  {name} += (.+?)$", body, re.MULTILINE)
    return found.group(1) if found else None


def text(value):
    return value.strip('"').replace('\\"', '"').replace("|", "\\|") if value else ""


def tables():
    lines = ["| variable | type | default | meaning |", "| --- | --- | --- | --- |"]
    for name, body in blocks(FOLDER / "variables.tf", "variable"):
        default = argument(body, "default")
        shown = f"`{default}`" if default else "**required**"
        lines.append(f"| `{name}` | {argument(body, 'type')} | {shown} | {text(argument(body, 'description'))} |")
    lines += ["", "| output | meaning |", "| --- | --- |"]
    for name, body in blocks(FOLDER / "outputs.tf", "output"):
        lines.append(f"| `{name}` | {text(argument(body, 'description'))} |")
    return "\n".join(lines) + "\n"


def current(readme):
    return readme.split(BEGIN)[1].split(END)[0]


if __name__ == "__main__":
    path = FOLDER / "README.md"
    before, rest = path.read_text().split(BEGIN)
    path.write_text(before + BEGIN + tables() + END + rest.split(END)[1])
