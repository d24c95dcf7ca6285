"""Learning from annotations: the weights point the right way, and both files can be read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kg.cli import main
from kg.evaluate.logistic import Example, fit
from kg.extract.parts import Part
from kg.extract.scorer import BIAS, Scorer


def test_weights_follow_what_speaks_for_and_against() -> None:
    examples = [
        Example(f"d{i}", [Part(["noise"]), Part(["for" if i % 2 else "against"])], bool(i % 2)) for i in range(40)
    ] + [Example("d1", [Part(["seen in one document"])], True)]
    weights = fit(examples)
    assert weights["for"] > 0.5 > -0.5 > weights["against"]
    assert abs(weights["noise"]) < 0.2
    assert "seen in one document" not in weights
    scorer = Scorer({"k": weights}, {})
    speaking = scorer.probabilities(scorer.weigh([[Part(["for"])], [Part(["against"])]]))[:, 0]
    assert speaking[0] > 0.5 > speaking[1]


def test_the_optimum_is_where_the_penalised_loss_does_not_fall_any_more() -> None:
    import math

    from kg.evaluate.logistic import STRENGTH

    examples = [Example(f"d{i}", [Part(["a"] if i < 6 else [])], i % 3 == 0) for i in range(12)]
    weights = fit(examples)

    def loss(bias: float, a: float) -> float:
        total = a * a / 2
        for example in examples:
            score = bias + (a if "a" in example.features() else 0)
            total += STRENGTH * math.log(1 + math.exp(-score if example.right else score))
        return total

    best = loss(weights[BIAS], weights["a"])
    for bias, a in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
        assert loss(weights[BIAS] + bias, weights["a"] + a) >= best - 1e-7


@pytest.fixture
def annotated(tmp_path: Path) -> tuple[Path, Path]:
    """Twelve short texts of one pattern with their annotations."""
    texts, gold = [], []
    towns = ["Dover", "Leeds", "York", "Derby", "Bath", "Ely", "Wells", "Truro", "Ripon", "Durham", "Lincoln", "Exeter"]
    for number, town in enumerate(towns):
        sentence = f"Cleaners at the depot in {town} walked out on Friday."
        text = f"{sentence} They talked of broken heaters. The lorry brought new carpets."
        texts.append({"id": f"t{number}", "published": "2021-05-03", "text": text})
        event = {
            "class": "Protest", "form": "walkout", "status": "occurred", "evidence": sentence,
            "participant": ["Cleaners at the depot"], "concerns": ["broken heaters"], "place": [town],
        }  # fmt: skip
        gold.append({"id": f"t{number}", "entities": [], "events": [event], "contracts": [], "affiliations": []})
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, gold)))
    return tmp_path / "gold.jsonl", tmp_path / "texts.json"


def test_what_is_learnt_is_written_and_judged_on_texts_left_out(annotated: tuple[Path, Path], tmp_path: Path) -> None:
    gold, texts = annotated
    folder = tmp_path / "learnt"
    folder.mkdir()
    command = ["evaluate", "--gold", str(gold), "--texts", str(texts), "--fit", str(folder), "--format", "json"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    confidence = yaml.safe_load((folder / "confidence.yaml").read_text())
    scorer = yaml.safe_load((folder / "scorer.yaml").read_text())
    assert confidence["events"]["protest.walkout"] > 0.7
    weights = scorer["weights"]["phrase.concerns"]
    assert weights["lemma=heater"] > 0.1 > weights.get("lemma=carpet", 0.0)
    assert scorer["floors"].keys() == scorer["weights"].keys()
    assert "phrase.concerns" in result.output
    assert scorer["doubts"]["weights"].keys() == scorer["doubts"]["thresholds"].keys()
    assert "name.participant" in scorer["doubts"]["weights"]
