using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Wire;

public sealed class ForeignJsonTests
{
    [Fact]
    public void What_is_there_is_read()
    {
        var json = ForeignJson.Parse(
            """{"name":"a","count":5,"written":5.0,"huge":1e300,"half":0.5,"on":true,"none":null,"list":[1,"x",{}],"in":{"deep":"y"}}"""
        );
        Assert.Equal(("a", "a", 5L, 5L), (json["name"].Text, json.TextOf("name"), json["count"].Whole, json.CountOf("written")));
        Assert.Equal((1e300, 0.5, true, "y"), (json["huge"].Real, json["half"].Real, json.OptionalFlagOf("on"), json["in"]["deep"].Text));
        Assert.Equal(["1", "x", "{}"], json["list"].List().Select(static i => i.Shown));
        Assert.Equal((null, null, null), (json.OptionalTextOf("none"), json.CountOf("none"), json.OptionalTextOf("missing")));
    }

    [Theory]
    [InlineData("[]", "a list where a map with 'name' has to be")]
    [InlineData("null", "null where a map with 'name' has to be")]
    [InlineData("{}", "'name' is nothing, not a text")]
    [InlineData("""{"name":null}""", "'name' is null, not a text")]
    [InlineData("""{"name":7}""", "'name' is a number, not a text")]
    [InlineData("""{"name":""}""", "'name' is no usable text")]
    public void What_is_of_another_shape_is_told(string json, string why) =>
        Assert.Equal(why, Assert.Throws<ForeignJsonException>(() => ForeignJson.Parse(json).TextOf("name")).Message);

    [Theory]
    [InlineData("0.5")]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    [InlineData("1e400")]
    [InlineData("\"1\"")]
    [InlineData("[]")]
    public void No_count_is_no_count(string number) =>
        Assert.Throws<ForeignJsonException>(() => ForeignJson.Parse($$"""{"n":{{number}}}""").CountOf("n"));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("<html>")]
    [InlineData("[1] 2")]
    [InlineData("{\"a\":\"\u0001\"}")]
    public void What_is_no_JSON_is_told(string text) => Assert.Throws<ForeignJsonException>(() => ForeignJson.Parse(text));

    [Fact]
    public void Nested_too_deep_or_too_many_values_is_no_JSON_to_us()
    {
        Assert.Throws<ForeignJsonException>(static () => ForeignJson.Parse(new string('[', 100_000)));
        Assert.Throws<ForeignJsonException>(static () =>
            ForeignJson.Parse("[" + string.Join(',', Enumerable.Repeat("1", 2_100_000)) + "]")
        );
    }

    [Theory]
    [InlineData("""{"a":"x\ud800y","b":"\\ud800","c":"\ud83d\ude00","d":"\udc00\ud800"}""")]
    [InlineData("""{"a":"x\uD800y","b":"\\ud800","c":"\uD83D\uDE00","d":"\uDC00\uD800","\ud800":1}""")]
    public void Halves_of_characters_become_a_replacement(string text)
    {
        var json = ForeignJson.Parse(text);
        Assert.Equal(
            ("x\ufffdy", "\\ud800", "\U0001F600", "\ufffd\ufffd"),
            (json["a"].Text, json["b"].Text, json["c"].Text, json["d"].Text)
        );
        Assert.NotEmpty(json.Members);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_become_a_replacement() =>
        Assert.Equal("\ufffd\ufffda", ForeignJson.Parse([(byte)'"', 0xC3, 0xED, (byte)'a', (byte)'"']).Text);
}
