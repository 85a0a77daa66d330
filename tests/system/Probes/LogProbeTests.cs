using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Probes;

/// <summary>The real journal: nothing older than the start counts.</summary>
public sealed class LogProbeTests
{
    private const string Unit = "probe-log";

    // Says which start it is; the first one alone says "first only".
    private const string Script =
        """/bin/bash -c 'n=$$(cat /run/probe-log.n 2>/dev/null || echo 0); echo $$((n+1)) > /run/probe-log.n; [ $$n = 0 ] && echo first only; echo Connected $$n; exec sleep 1000'""";

    [Fact]
    public async Task Only_lines_since_the_cursor_or_the_start_count()
    {
        File.Delete("/run/probe-log.n");
        await using var units = await Units.InstallAsync((Unit, Units.Service(Script)));
        await using var session = new OpsSession();
        var log = await session.Services.GetLogAsync(ManagerTarget.Here, default);
        var node = new ServiceNode { Name = "web", Service = Unit };
        var before = new ProbeContext { Node = node, LogCursor = await log.GetCursorAsync(default) };
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotSeen", await CheckAsync(session, "Connected", before));
        await Systemctl.RunAsync("start", Unit);
        await Eventually.IsTrueAsync(async () => (await CheckAsync(session, "Connected 0", before)).Status == ProbeStatus.Healthy);

        var after = new ProbeContext { Node = node, LogCursor = await log.GetCursorAsync(default) };
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotSeen", await CheckAsync(session, "Connected", after));
        var restarted = DateTime.UtcNow;
        await Systemctl.RunAsync("restart", Unit);
        await Eventually.IsTrueAsync(async () => (await CheckAsync(session, "Connected 1", after)).Status == ProbeStatus.Healthy);
        var started = new ProbeContext { Node = node, StartedAt = restarted };
        ProbeCheck.Is(ProbeStatus.Healthy, "Seen", await CheckAsync(session, "Connected 1", started));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotSeen", await CheckAsync(session, "first only", started));
        ProbeCheck.Is(ProbeStatus.Healthy, "NotSeen", await CheckAsync(session, "first only", started, ("absent", true)));
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "Seen",
            await CheckAsync(session, "connected", started, ("absent", true), ("ignoreCase", true))
        );

        // Outside of a run, the present invocation is the start.
        ProbeCheck.Is(ProbeStatus.Healthy, "Seen", await ProbeCheck.RunAsync("log", "Connected 1", ("service", Unit)));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotSeen", await ProbeCheck.RunAsync("log", "first only", ("service", Unit)));
        ProbeCheck.Is(ProbeStatus.Healthy, "Seen", await ProbeCheck.RunAsync("log", "first only", ("service", Unit), ("since", "10m")));
        ProbeCheck.Is(ProbeStatus.Unknown, "UnitNotFound", await ProbeCheck.RunAsync("log", "x", ("service", "no-such-unit")));
    }

    [Fact]
    public async Task Waiting_ends_when_the_line_comes()
    {
        await using var units = await Units.InstallAsync(
            (Unit, Units.Service("/bin/bash -c 'sleep 0.7; echo Ready to serve; exec sleep 1000'"))
        );
        await using var session = new OpsSession();
        await Systemctl.RunAsync("start", Unit);
        var definition = ProbeCheck.Define("log", "^Ready", ("service", Unit)) with
        {
            Within = TimeSpan.FromSeconds(10),
            Every = TimeSpan.FromMilliseconds(100),
        };
        ProbeCheck.Is(ProbeStatus.Healthy, "Seen", await session.WaitHealthyAsync(definition, default));
    }

    private static async Task<ProbeResult> CheckAsync(
        OpsSession session,
        string pattern,
        ProbeContext context,
        params (string Key, object? Value)[] settings
    )
    {
        await using var probe = session.Probes.Create(ProbeCheck.Define("log", pattern, settings) with { Node = "web" }, context);
        return await probe.CheckAsync(default);
    }
}
