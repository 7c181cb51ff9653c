"""A formula of a lesson's text becomes MathML: what it shows, and that no text of it becomes markup."""

import pytest
from javascript import SCRIPTS, page_with


@pytest.fixture(scope="module")
def drawn(browser):
    with page_with(browser, SCRIPTS) as page:

        def drawn(tex: str) -> str:
            return page.evaluate('async (tex) => (await import("/lesson/formula.js")).formula(tex).innerHTML', tex)

        yield drawn


@pytest.mark.parametrize(
    ("tex", "mathml"),
    [
        ("x_1", "<msub><mi>x</mi><mn>1</mn></msub>"),
        ("w^2_j", "<msubsup><mi>w</mi><mi>j</mi><mn>2</mn></msubsup>"),
        (r"\frac{1}{2n}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn><mi>n</mi></mrow></mfrac>"),
        (r"2\lambda", "<mn>2</mn><mi>λ</mi>"),
        ("a - 0.5", "<mi>a</mi><mo>−</mo><mn>0.5</mn>"),
        (r"\sqrt x", "<msqrt><mi>x</mi></msqrt>"),
        (r"\left(x\right)", "<mo>(</mo><mi>x</mi><mo>)</mo>"),
        (r"\max u", "<mi>max</mi><mi>u</mi>"),
        ("u_1 = −1.5", "<msub><mi>u</mi><mn>1</mn></msub><mo>=</mo><mo>−</mo><mn>1.5</mn>"),
        ("<b>", "<mo>&lt;</mo><mi>b</mi><mo>&gt;</mo>"),
    ],
)
def test_a_formula_is_drawn_as_its_tex_says(drawn, tex, mathml):
    assert drawn(tex) == mathml


@pytest.mark.parametrize("tex", ["", "}", "{", "x_", "^", r"\frac", r"\sqrt{", "__", "a}b{", r"\\", "𝛼_𝛽"])
def test_a_damaged_formula_is_still_drawn(drawn, tex):
    assert "undefined" not in drawn(tex)
