namespace OpsRestart.Tests.Units.Text;

public sealed class ShownTextTests
{
    [Theory]
    [InlineData("plain text, ä ✓ 😀 עברית", "plain text, ä ✓ 😀 עברית")]
    [InlineData("\u001b]0;title\u0007", "␛]0;title␇")]
    [InlineData("\u001b[2J\u001b[31mred", "␛[2J␛[31mred")]
    [InlineData("over\rwritten", "over␍written")]
    [InlineData("a\u009b31mb\u007f\0", "a�31mb␡␀")]
    [InlineData("safe\u202Egnp.exe\u2066x\u2069", "safe�gnp.exe�x�")]
    [InlineData("a\u2028b\uFDD3c", "a�b�c")]
    public void Nothing_steers_a_terminal(string text, string shown) => Assert.Equal(shown, ShownText.Of(text));

    [Fact]
    public void Halves_of_a_character_are_replaced()
    {
        Assert.Equal("a�b", ShownText.Of("a\uD83Db"));
        Assert.Equal("�", ShownText.Of("\uDE00"));
        Assert.Equal("�", ShownText.Of("\uD83D"));
    }

    [Fact]
    public void Lines_stay_lines_and_become_blanks_in_a_cell()
    {
        Assert.Equal("a\nb\tc\nd", ShownText.Of("a\r\nb\tc\nd"));
        Assert.Equal("a b c d", ShownText.Line("a\r\nb\tc\nd"));
        Assert.Equal("", ShownText.Of(null));
    }

    [Theory]
    [InlineData("home-frappe-frappe-bench:default", 40, "home-frappe-frappe-bench:default")]
    [InlineData("home-frappe-frappe-bench:default", 22, "home-frappe…ch:default")]
    [InlineData("home-frappe-frappe-bench:default", -5, "home-frappe-frappe-bench:default")]
    [InlineData("a\u001b[2Jbcdefghi", 8, "a␛[2…ghi")]
    public void A_long_name_loses_its_middle(string text, int width, string shown) => Assert.Equal(shown, ShownText.Fit(text, width));

    [Fact]
    public void Any_text_comes_out_without_a_control_character()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var text = new string([
                .. Enumerable.Range(0, random.Next(40)).Select(_ => (char)(random.Next(4) == 0 ? random.Next(0xA0) : random.Next(0x10000))),
            ]);
            var shown = ShownText.Line(text);
            Assert.True(
                !shown.Any(char.IsControl) && shown.All(static c => c is not (>= '\u202A' and <= '\u202E')),
                $"seed {seed}: {Convert.ToHexString(System.Text.Encoding.BigEndianUnicode.GetBytes(text))}"
            );
        }
    }
}
