using OpsRestart.Cli.Commands;

namespace OpsRestart.Tests.Units.Cli;

/// <summary>Whole command lines, as far as they touch no service.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opsrestart-cli-");
    private readonly ConsoleText _console = new();
    private readonly string _shop;
    private readonly string _bad;
    private readonly string _loop;

    public CommandLineTests()
    {
        _shop = Write(
            "shop.yml",
            "graph: shop\nservices:\n  redis: { unit: redis-server, stopTimeout: 30s }\n  web: { unit: shop, needs: redis }\n"
        );
        _bad = Write("bad.yml", "graph: shop\nservices:\n  web: { unti: shop }\n");
        _loop = Write("loop.yml", "graph: loop\nservices:\n  a: { unit: a, needs: b }\n  b: { unit: b, needs: a }\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("restart")]
    [InlineData("restart nautobot --timeout soon")]
    [InlineData("restart nautobot --drain-level half")]
    [InlineData("start nautobot --drain-level drained")]
    [InlineData("frobnicate nautobot")]
    [InlineData("plan a b")]
    public async Task A_wrong_command_line_is_100(string line) =>
        Assert.Equal(100, await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public async Task Says_what_is_wrong_with_a_command_line()
    {
        await RunAsync("restart", "nautobot", "--timeout", "soon", "--on-failure", "pray");

        Assert.Equal(
            """
            opsrestart: 'soon' is not a duration. Write 30s, 5m, 1h, 00:05:00, or a number of seconds.
            opsrestart: 'pray' is not one of rollback, stop, continue.
            Try 'opsrestart restart --help'.

            """,
            _console.Error
        );
        Assert.Empty(_console.Out);
    }

    [Fact]
    public async Task An_emergency_stop_is_refused_where_nobody_can_be_asked_and_no_is_the_default()
    {
        Assert.Equal(100, await RunAsync("stop", _shop, "--emergency"));
        Assert.Contains("there is no terminal to ask at.\n  Give --yes", _console.Error, default);
        foreach (var answer in new[] { "", "no" })
        {
            var terminal = _console.Terminal with { In = new StringReader(answer + "\n") };
            Assert.Equal(6, await CommandTree.RunAsync(["stop", _shop, "--emergency"], terminal));
        }

        Assert.Contains("2 services killed at once: redis, web.", _console.Error, default);
        Assert.EndsWith("Go on? [y/N] Nothing was changed.\n", _console.Error, default);
    }

    [Fact]
    public async Task A_drain_mode_and_a_level_at_once_are_100()
    {
        Assert.Equal(100, await RunAsync("plan", _shop, "--drain-mode", "wait", "--drain-level", "drained"));
        Assert.StartsWith(
            "opsrestart: InvalidArgument: A drain mode and a drain level can't both be given",
            _console.Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("restart --help")]
    public async Task Help_is_0(string line)
    {
        Assert.Equal(0, await RunAsync(line.Split(' ')));
        Assert.NotEmpty(_console.Out);
        Assert.Empty(_console.Error);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("restart")]
    [InlineData("status")]
    [InlineData("check")]
    [InlineData("drain")]
    public async Task An_unknown_graph_is_3(string command)
    {
        Assert.Equal(3, await RunAsync(command, Path.Combine(_folder.FullName, "absent.yml")));
        Assert.StartsWith("opsrestart: GraphNotFound: There is no graph file ", _console.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_service_is_3()
    {
        Assert.Equal(3, await RunAsync("plan", _shop, "--name", "wep"));
        Assert.Contains("Did you mean 'web'?", _console.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("resume")]
    public async Task A_graph_without_queues_has_nothing_to_drain_or_resume(string command)
    {
        Assert.Equal(3, await RunAsync(command, _shop));
        Assert.Equal("opsrestart: QueueNotFound: Graph 'shop' has no queues.\n", _console.Error);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("restart")]
    [InlineData("status")]
    public async Task A_bad_graph_is_4(string command)
    {
        Assert.Equal(4, await RunAsync(command, _bad));
        Assert.Contains(
            $"{_bad}:3: Service 'web' has an unknown key 'unti'. Did you mean 'unit'?",
            _console.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(4, await RunAsync(command, _loop));
        Assert.Contains("CyclicDependency", _console.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_monitoring_what_can_not_be_found_out_is_unknown_in_one_line()
    {
        Assert.Equal(3, await RunAsync("status", _bad, "--format", "nagios"));
        Assert.StartsWith("UNKNOWN: ", _console.Out, StringComparison.Ordinal);
        Assert.Contains("unknown key 'unti'", _console.Out, StringComparison.Ordinal);
        Assert.Equal(1, _console.Out.Count(static c => c == '\n'));
        Assert.Empty(_console.Error);
    }

    [Theory]
    [InlineData("status shop --max-age 2m", "--max-age needs the file that it is about: --state-file PATH.")]
    [InlineData("status shop --json --format nagios", "--json and --format can't both be given.")]
    [InlineData("status shop --format xml", "'xml' is not one of text, json, nagios.")]
    public async Task Options_of_a_status_that_make_no_sense_are_100(string line, string says)
    {
        Assert.Equal(100, await RunAsync(line.Split(' ')));
        Assert.StartsWith($"opsrestart: {says}\n", _console.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_file_is_told_and_nothing_is_checked()
    {
        var file = Write("state", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 600}|1|WARNING|all is slow\n");

        Assert.Equal(1, await RunAsync("status", "no-such-graph", "--state-file", file, "--max-age", "1h"));
        Assert.Equal("WARNING: all is slow\n", _console.Out);
        Assert.Equal(3, await RunAsync("status", "no-such-graph", "--state-file", file, "--max-age", "2m"));
    }

    [Fact]
    public async Task A_state_file_that_can_not_be_written_is_told()
    {
        Assert.Equal(3, await RunAsync("status", _shop, "--format", "nagios", "--state-file", "/no/such/folder/state"));
        Assert.StartsWith("UNKNOWN: The state file /no/such/folder/state can't be written", _console.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_prints_findings_as_compilers_do()
    {
        Assert.Equal(4, await RunAsync("check", _bad, "--file-only"));
        Assert.Equal(
            $"""
            {_bad}:3:10: error UnknownKey: Service 'web' has an unknown key 'unti'.
              Did you mean 'unit'?
            {_bad}: 1 error

            """,
            _console.Out
        );
        Assert.Empty(_console.Error);
    }

    [Theory]
    [InlineData("check", "--file-only")]
    [InlineData("plan")]
    public async Task What_is_misspelt_and_what_the_graph_breaks_is_told_at_once(string command, params string[] options)
    {
        var file = Path.Combine(Path.GetDirectoryName(_bad)!, "both.yml");
        await File.WriteAllTextAsync(
            file,
            "graph: both\nservices:\n  a: { unit: a, needs: [b], colour: red }\n  b:\n    unit: b\n    needs: [a]\n  c:\n    unit: "
                + "c\n    needs: [nobody]\n",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(4, await RunAsync([command, file, .. options]));
        var told = _console.Out + _console.Error;
        Assert.Contains("unknown key 'colour'", told, StringComparison.Ordinal);
        Assert.Contains("'c' needs 'nobody'", told, StringComparison.Ordinal);
        Assert.Contains("a needs b needs a", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_a_good_file_is_0()
    {
        Assert.Equal(0, await RunAsync("check", _shop, "--file-only"));
        Assert.Equal($"{_shop}: good\n", _console.Out);
    }

    [Fact]
    public async Task Prints_the_plan()
    {
        Assert.Equal(0, await RunAsync("plan", _shop));
        Assert.Equal(
            """

             Plan: restart of shop, 2 services, 5 steps; nothing was changed

             Step             After        At most  What
             ----             -----        -------  ----
             stop      web                          Stop shop
             stop      redis  stop web         30s  Stop redis-server
             start     redis  stop redis    1m 30s  Start redis-server
             start     web    start redis   1m 30s  Start shop
             validate         start web             Check all probes of the graph, and the journals for errors


            """,
            _console.Out
        );
    }

    [Fact]
    public async Task What_if_prints_the_same_as_plan()
    {
        Assert.Equal(0, await RunAsync("plan", _shop, "--operation", "stop", "--name", "redis", "--only"));
        var plan = _console.Out;
        Assert.Equal(0, await RunAsync("stop", _shop, "--what-if", "--name", "redis", "--only"));

        Assert.Equal(plan + plan, _console.Out);
        Assert.Contains("Plan: stop of shop, 1 service, 1 step; nothing was changed", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_a_plan_as_json_lines()
    {
        Assert.Equal(0, await RunAsync("stop", _shop, "--what-if", "--json"));
        Assert.Equal(
            """
            {"type":"step","id":"stop:web","kind":"Stop","target":"web","service":"shop","nodes":[],"after":[],"timeout":null,"description":"Stop shop"}
            {"type":"step","id":"stop:redis","kind":"Stop","target":"redis","service":"redis-server","nodes":[],"after":["stop:web"],"timeout":30,"description":"Stop redis-server"}

            """,
            _console.Out
        );
    }

    [Fact]
    public async Task Writes_errors_as_json_lines_too()
    {
        Assert.Equal(3, await RunAsync("plan", "/absent.yml", "--json"));
        Assert.Equal(
            """{"type":"error","error":"GraphNotFound","message":"There is no graph file /absent.yml.","advice":"Check the path, or give the name of a graph from the catalogue folders.","exitCode":3}"""
                + "\n",
            _console.Out
        );
    }

    [Fact]
    public async Task Completes_words()
    {
        Assert.Equal(0, await RunAsync("complete", "sta"));
        Assert.Equal(0, await RunAsync("complete", "restart shop --drain-level "));

        Assert.Equal("start\nstatus\nrestart\ndrained\nexecuting\nnone\nquiescent\n", _console.Out);
    }

    private Task<int> RunAsync(params string[] args) => CommandTree.RunAsync(args, _console.Terminal);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
