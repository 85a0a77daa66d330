using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Wire;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Runs;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>A kind of probe is a class and a row: nothing else has to know it, from the graph file to the run.</summary>
public sealed class NewKindTests : IAsyncDisposable
{
    // The row. The class is below.
    private static readonly ProbeKind Row = new(
        "ntp",
        ["ntp", "sntp"],
        static (settings, context) => new NtpProbe(settings, context, TimeProvider.System)
    );

    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly OpsSession _session = new(TimeProvider.System, [Row]);

    private string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_server.Client.LocalEndPoint!).Port}");

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return _session.DisposeAsync();
    }

    [Fact]
    public async Task It_works_from_the_file_to_its_answer()
    {
        var graph = Read($"[ \"ntp://{Address}\", {{ ntp: \"{Address}\", maxStratum: 2, within: 5s }} ]");
        var answering = AnswerAsync(3, 3);
        var results = await _session.CheckAsync(graph.Nodes[0].Ready, default);
        await answering;

        Assert.Equal([(ProbeStatus.Healthy, "OK"), (ProbeStatus.Unhealthy, "TooFar")], results.Select(static r => (r.Status, r.Reason)));
        Assert.All(results, r => Assert.Equal(("ntp", "clock"), (r.Probe, r.Node)));
        Assert.Contains($"ntp://{Address}", _session.Write(graph, GraphFormat.Yaml), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_takes_what_every_kind_takes_and_a_silent_peer_is_told_as_such()
    {
        var graph = Read($"[ {{ ntp: \"{Address}\", maxLatency: 0s }}, {{ ntp: \"{Address}\", timeout: 200ms }} ]");
        var answering = AnswerAsync(1);
        var slow = await _session.CheckAsync([graph.Nodes[0].Ready[0]], default);
        await answering;
        var silent = await _session.CheckAsync([graph.Nodes[0].Ready[1]], default);

        Assert.Equal((ProbeStatus.Degraded, "Slow"), (slow[0].Status, slow[0].Reason));
        Assert.Equal((ProbeStatus.Unhealthy, "Timeout"), (silent[0].Status, silent[0].Reason));
    }

    [Theory]
    [InlineData("{ ntp: \"h:123\", maxStratm: 2 }", "UnknownKey", "Did you mean 'maxStratum'?")]
    [InlineData("{ ntp: \"h:123\", maxStratum: far }", "BadValue", "from 1 to 15, not 'far'")]
    [InlineData("{ ntp: \"h\" }", "InvalidTarget", "Write ntp://host:123.")]
    [InlineData("{ mtp: \"h\" }", "UnknownProbe", "Did you mean 'ntp'?")]
    [InlineData("\"nttp://h\"", "UnknownProbe", "Did you mean")]
    public void What_is_wrong_with_it_is_found_in_the_file(string probe, string code, string says)
    {
        var finding = Assert.Single(_session.Validate(_session.Graphs.Parse(Text(probe), "graph.yml")));

        Assert.Equal((code, 3), (finding.Code, finding.Line));
        Assert.Contains(says, $"{finding.Message} {finding.Advice}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_waits_for_it()
    {
        var graph = Read($"{{ ntp: \"{Address}\", every: 20ms }}");
        var world = new FakeWorld();
        var services = new FakeServices(TimeProvider.System);
        services.Unit("chrony");
        var ports = new RunPorts
        {
            Services = services,
            Probes = _session.Probes,
            Queues = _session.Queues,
            Hooks = world,
            Lock = world,
            Preflight = [],
            Time = TimeProvider.System,
        };

        // Before the restart, while it is not synchronized, when it is, and in the validation.
        var answering = AnswerAsync(1, 16, 1, 1);
        var run = await new GraphExecutor(ports).RunAsync(
            Planner.Plan(graph, GraphOperation.Restart, new PlanOptions()),
            new RunOptions(),
            static _ => { },
            default
        );

        await answering;
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.StartsWith("OK after", run.Steps.Single(static s => s.Kind == StepKind.WaitReady).Note, StringComparison.Ordinal);
    }

    private static string Text(string probe) => $"graph: g\nservices:\n  clock: {{ unit: chrony, ready: {probe} }}\n";

    private ServiceGraph Read(string probe)
    {
        var document = _session.Graphs.Parse(Text(probe), "graph.yml");
        Assert.Empty(_session.Validate(document));
        return document.Graph!;
    }

    /// <summary>One answer a stratum; 16: not synchronized.</summary>
    private async Task AnswerAsync(params byte[] strata)
    {
        foreach (var stratum in strata)
        {
            var asked = await _server.ReceiveAsync();
            var answer = new byte[48];
            (answer[0], answer[1]) = (0x24, stratum);
            await _server.SendAsync(answer, asked.RemoteEndPoint);
        }
    }

    /// <summary>Asks a time server once (RFC 5905): is it synchronized, and how far is it from a clock?</summary>
    private sealed class NtpProbe : ProbeBase
    {
        private readonly Place _endpoint;
        private readonly int _maxStratum;

        public NtpProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
            : base(settings, context, time)
        {
            if (Place.Parse(settings.Target) is { } endpoint)
            {
                _endpoint = endpoint;
            }
            else
            {
                _endpoint = new Place("localhost", 123);
                settings.FailTarget("has no usable host and port", "Write ntp://host:123.");
            }

            _maxStratum = settings.Int("maxStratum", 1, 15) ?? 15;
        }

        protected override string Peer => $"The time server at {_endpoint}";

        protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
        {
            using var client = new UdpClient(_endpoint.Host, _endpoint.Port);
            var question = new byte[48];
            question[0] = 0x23;
            await client.SendAsync(question, cancellationToken);
            var stratum = (await client.ReceiveAsync(cancellationToken)).Buffer[1];
            return stratum is 0 or > 15 ? ProbeVerdict.Starting("NotSynchronized", $"{Peer} is not synchronized yet.")
                : stratum > _maxStratum ? ProbeVerdict.Unhealthy("TooFar", $"{Peer} has stratum {stratum}.")
                : ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} has stratum {stratum}.");
        }
    }
}
