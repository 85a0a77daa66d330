using System.Diagnostics;
using System.Text;
using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Core.Graph;

namespace OpsRestart.Tests.Units.GraphFiles;

/// <summary>Whatever a graph file holds: findings with a line, soon, and in little memory.</summary>
public sealed class HostileGraphTests(ITestOutputHelper output)
{
    private const int Rounds = 400;

    // For one file, on a machine that does much else.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> Bombs =>
        new()
        {
            { "aliases, each in the next", Lines("graph: g\na0: &a0 [x]", 20_000, static i => $"a{i + 1}: &a{i + 1} [*a{i}]") },
            {
                "aliases in maps, each in the next",
                Lines("graph: g\na0: &a0 {x: 1}", 20_000, static i => $"a{i + 1}: &a{i + 1} {{x: *a{i}}}")
            },
            { "aliases that double", Lines("graph: g\na0: &a0 [x, x]", 60, static i => $"a{i + 1}: &a{i + 1} [*a{i}, *a{i}]") },
            { "many aliases", Lines("graph: g\nservices: &s {}", 30_000, static i => $"k{i}: *s") },
            { "brackets", new string('[', 1_000_000) },
            { "braces", string.Concat(Enumerable.Repeat("{a: ", 200_000)) },
            { "question marks", string.Concat(Enumerable.Repeat("? ", 200_000)) },
            { "dashes", string.Concat(Enumerable.Repeat("- ", 200_000)) },
            { "indentation", Lines("graph: g", 2_000, static i => new string(' ', i) + "a:") },
            { "services", Lines("graph: g\nservices:", 20_000, static i => $"  s{i}: {{ unit: u{i}, needs: [s{i / 2}] }}") },
            {
                "sets of instances",
                Lines("graph: g\nservices:", 2_000, static i => $"  s{i}: {{ unit: 'u{i}@{{1..200}}', needs: [s{i / 2}] }}")
            },
            {
                "sets that need sets",
                Lines(
                    "graph: g\nservices:",
                    10,
                    static i => $"  s{i}: {{ unit: 'u{i}@{{1..200}}', needs: [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9] }}"
                )
            },
            { "unknown keys", Lines("graph: g", 40_000, static i => $"servicesandmore{i}: 1") },
            { "wrong types", Lines("graph: g\nservices:", 40_000, static i => $"  s{i}: []") },
            { "one key again and again", Lines("graph: g", 40_000, static _ => "graph: g") },
            { "a text", "graph: " + new string('x', 2_000_000) },
            { "a key", new string('x', 2_000_000) + ": g" },
            { "a file", Lines("graph: g", 500_000, static i => $"# {i} and so on") },
            { "values", "graph: [" + string.Concat(Enumerable.Repeat("1,", 500_000)) + "]" },
            { "tags", string.Concat(Enumerable.Repeat("!!map {", 10_000)) },
            { "anchors", Lines("graph: g", 50_000, static i => $"a{i}: &b{i} x") },
            {
                "a reference of a million",
                "graph: g\nservices: { a: { unit: 'x@{" + string.Join(',', Enumerable.Range(0, 30_000)) + "}' } }"
            },
        };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Too_much_of_anything_is_a_finding(string what, string text)
    {
        _ = what;
        var document = Read(text);
        Assert.NotEmpty(document.Findings);
        Assert.All(document.Findings, static f => Assert.True(f.Line > 0, $"{f.Code} has no line"));
        Assert.InRange(document.Findings.Count, 1, 1001);
        Assert.InRange(document.Graph?.Nodes.Count ?? 0, 0, 20_000);
    }

    [Fact]
    public void A_large_site_is_not_too_much() =>
        Assert.Equal(
            8000,
            Reading
                .Valid(Lines("graph: g\nservices:", 8000, static i => $"  s{i}: {{ unit: u{i}{(i == 0 ? "" : $", needs: [s{i - 1}]")} }}"))
                .Nodes.Count
        );

    [Theory]
    [InlineData("graph: \"\\ud800\"")]
    [InlineData("graph: \"\\udc00\\ud800\"")]
    [InlineData("graph: \"\\U00110000\"")]
    [InlineData("graph: \"\\xZZ\"")]
    [InlineData("graph: \ud800")]
    [InlineData("\ud800: g")]
    [InlineData("graph: g\nservices:\n\ta: b")]
    [InlineData("%YAML 9.9\n---\ngraph: g")]
    [InlineData("%TAG ! x\n%TAG ! x\n---\ngraph: g")]
    [InlineData("graph: !!binary x\nservices: !!set {a}")]
    [InlineData("a: &a {unit: x}\nservices: {b: {<<: *a}}")]
    [InlineData("<<: *nothing")]
    [InlineData("&a *a")]
    [InlineData("a: &a [*a]")]
    [InlineData("? [a]\n: b")]
    [InlineData("? {a: b}\n: c")]
    [InlineData(": :\n- -\n? ?")]
    [InlineData("graph: g\0h")]
    [InlineData("\u0000")]
    [InlineData("\ufeff\ufeff")]
    [InlineData("graph: 'g")]
    [InlineData("graph: |99\n x")]
    [InlineData("graph: g\n...\n...\n---\ngraph: h")]
    [InlineData("{\"graph\": \"g\", \"graph\": \"h\"}")]
    [InlineData("graph: g\nservices: { a: { unit: a, ready: { http: 'http://x', Status: 200, status: 200 } } }")]
    [InlineData("graph: g\nservices: { a: { unit: a }, a: { unit: b } }")]
    public void What_is_no_graph_is_a_finding(string text)
    {
        var document = Read(text);
        Assert.All(document.Findings, static f => Assert.True(f.Line > 0, $"{f.Code} has no line"));
        Assert.True(document.Findings.Count > 0 || document.Graph is not null);
    }

    [Fact]
    public void Mutations_of_real_graphs_are_read_or_refused()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var samples = Samples();
        Assert.NotEmpty(samples);
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = Mutated(samples[random.Next(samples.Count)], samples, random);
            try
            {
                var document = Read(text);
                Assert.True(document.Graph is not null || document.Findings.Count > 0, "nothing was said");
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}\n---\n{text[..Math.Min(text.Length, 4000)]}");
            }
        }
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/proc")]
    public void What_is_no_file_is_not_read(string path) => Assert.Equal("FileUnreadable", Assert.Single(Reader.Read(path).Findings).Code);

    [Fact]
    public void A_pipe_is_not_waited_for_and_a_file_without_end_is_cut_off()
    {
        var folder = Directory.CreateTempSubdirectory("opsrestart-graph-").FullName;
        try
        {
            var pipe = Path.Combine(folder, "pipe.yml");
            using (var made = Process.Start("mkfifo", [pipe]))
            {
                made.WaitForExit();
            }

            Assert.Equal("FileUnreadable", Assert.Single(Reader.Read(pipe).Findings).Code);
            var large = Path.Combine(folder, "large.yml");
            using (var file = File.Create(large))
            {
                file.SetLength(1L << 40);
            }

            var before = GC.GetTotalAllocatedBytes();
            Assert.Equal("TooLarge", Assert.Single(Reader.Read(large).Findings).Code);
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 100_000_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static readonly string[] Folders = ["samples", "tests/stacks"];

    private static GraphFileReader Reader { get; } = Reading.Reader();

    /// <summary>In a thread with the stack of a pool's thread; its end is waited for with a limit.</summary>
    private static GraphDocument Read(string text)
    {
        var reading = Task.Run(() => Reading.Parse(text));
        Assert.True(((IAsyncResult)reading).AsyncWaitHandle.WaitOne(Patience), "it hangs");
        return reading.GetAwaiter().GetResult();
    }

    private static List<string> Samples()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OpsRestart.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return
        [
            .. Folders
                .Select(f => Path.Combine(folder, f))
                .Where(Directory.Exists)
                .SelectMany(static f => Directory.EnumerateFiles(f, "*.yml", SearchOption.AllDirectories))
                .Select(File.ReadAllText)
                .Where(static t => t.Contains("services:", StringComparison.Ordinal) && t.Length < 20_000),
            .. Enumerable.Range(0, 20).Select(static i => Reading.Write(new GraphMaker(i).Make(), GraphFormat.Yaml)),
        ];
    }

    private static string Mutated(string text, List<string> samples, Random random)
    {
        var result = new StringBuilder(text);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(result.Length + 1);
            var rest = result.Length - at;
            switch (random.Next(8))
            {
                case 0:
                    result.Remove(at, Math.Min(rest, random.Next(1, 40)));
                    break;
                case 1:
                    result.Insert(at, Bytes(random));
                    break;
                case 2:
                    result.Insert(at, Hard[random.Next(Hard.Length)]);
                    break;
                case 3:
                    var other = samples[random.Next(samples.Count)];
                    var from = random.Next(other.Length);
                    result.Insert(at, other.AsSpan(from, Math.Min(other.Length - from, random.Next(1, 400))));
                    break;
                case 4:
                    var piece = result.ToString(at, Math.Min(rest, random.Next(1, 60)));
                    result.Insert(at, string.Concat(Enumerable.Repeat(piece, random.Next(1, 200))));
                    break;
                case 5:
                    result.Insert(at, new string(" \t\n[{&*!|>'\"%@`#,?:-"[random.Next(20)], random.Next(1, 300)));
                    break;
                case 6:
                    result.Length = at;
                    break;
                default:
                    if (rest > 0)
                    {
                        result[at] = (char)random.Next(0x300);
                    }

                    break;
            }

            if (result.Length == 0)
            {
                break;
            }
        }

        return result.ToString();
    }

    private static readonly string[] Hard =
    [
        "\ud800",
        "\\ud800",
        "\0",
        "&a ",
        "*a ",
        "<<: *a\n",
        "!!binary ",
        "!<x> ",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "\t",
        "? ",
        ": ",
        "- ",
        "|9\n",
        ">-\n",
        "{",
        "}",
        "[",
        "]",
        "'",
        "\"",
        "\u2028",
        "@{1..200}",
        "@{1..999999999}",
        "@{,}",
        "99999999999999999999999",
        "1e999",
        "-0",
        "\r",
        "\u0085",
        "\ufeff",
        "${env:X",
        "${file:/dev/zero}",
        "unit: x\n",
        "needs: [a]\n",
        "&b [*b]\n",
    ];

    private static string Bytes(Random random)
    {
        var bytes = new byte[random.Next(1, 60)];
        random.NextBytes(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string Lines(string first, int count, Func<int, string> line) =>
        $"{first}\n{string.Join('\n', Enumerable.Range(0, count).Select(line))}\n";
}
