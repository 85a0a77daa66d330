using System.Globalization;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;

namespace OpsRestart.Tests.System.Runs;

/// <summary>
/// What preflight is to see before the first change, made really so: a user without rights, a full disk, a package manager at work, units
/// that would lose tasks.
/// </summary>
public sealed class PreflightTests(ITestOutputHelper output) : RunTest
{
    private const string Yaml = "graph: t-preflight\nservices:\n  plain: { unit: t-plain }\n";

    [Fact]
    public async Task A_user_without_rights_is_refused_before_the_first_change_and_one_whom_polkit_allows_it_is_not()
    {
        var folder = await GraphAsync(Yaml);
        await UpAsync("t-plain");
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var refused = await AsTesterAsync(folder, "restart t-preflight");
        Assert.Equal(6, refused.ExitCode);
        Assert.Contains("User 'tester' may not manage the system's services.", refused.Errors + refused.Output, StringComparison.Ordinal);
        Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));

        const string Rule = "/etc/polkit-1/rules.d/10-t-preflight.rules";
        try
        {
            await Shell.BashAsync(
                $$"""
                mkdir -p /etc/polkit-1/rules.d
                cat > {{Rule}} <<'RULE'
                polkit.addRule(function(action, subject) { if (action.id == "org.freedesktop.systemd1.manage-units" && subject.user == "tester") return polkit.Result.YES; });
                RULE
                """
            );
            await Eventually.IsTrueAsync(async () =>
                !(await AsTesterAsync(folder, "check t-preflight")).Output.Contains("may not manage", StringComparison.Ordinal)
            );
            await Eventually.IsTrueAsync(async () => (await AsTesterAsync(folder, "restart t-preflight")).ExitCode == 0);
            Assert.NotEqual(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));
        }
        finally
        {
            await Shell.BashAsync($"rm -f {Rule}; systemctl try-restart polkit");
        }
    }

    [Theory]
    [InlineData(95, "warning", 0)]
    [InlineData(99, "error", 6)]
    public async Task A_disk_without_space_is_told_and_a_full_one_refused(int percent, string severity, int exitCode)
    {
        var folder = await GraphAsync(Yaml);

        // A /var of its own, which only this command sees.
        var check = await Shell.RunAsync(
            "bash",
            [
                "-c",
                FormattableString.Invariant(
                    $"""
                    exec unshare --mount bash -c 'mount -t tmpfs -o size=20m none /var && head -c {20
                        * 1024
                        * 1024
                        / 100
                        * percent} /dev/zero > /var/full; OPSRESTART_CONFIG_PATH={folder} exec {Program} check t-preflight'
                    """
                ),
            ]
        );
        output.WriteLine(check.Output + check.Errors);
        Assert.Contains(
            check.Output.Split('\n'),
            l => l.Contains(severity, StringComparison.OrdinalIgnoreCase) && l.Contains("is free on /var", StringComparison.Ordinal)
        );
        Assert.Equal(exitCode, check.ExitCode);
    }

    [Fact]
    public async Task A_package_manager_at_work_is_waited_for_by_the_admin_and_not_run_into()
    {
        var graph = Graph(Node("t-plain"));
        await UpAsync("t-plain");
        var locker = await LockAsync("/var/lib/dpkg/lock-frontend");
        try
        {
            var run = await RunAsync(graph, GraphOperation.Restart);
            Assert.Equal(RunOutcome.Refused, run.Outcome);
            Assert.Contains(run.Findings, static f => f.Code == "PackageManagerBusy");
        }
        finally
        {
            await Shell.BashAsync($"kill {locker}");
        }

        await Eventually.IsTrueAsync(async () =>
            (await Session.PreflightAsync(Session.Plan(graph, GraphOperation.Restart, new PlanOptions()), default)).All(static f =>
                f.Code != "PackageManagerBusy"
            )
        );
        Assert.Equal(RunOutcome.Done, (await RunAsync(graph, GraphOperation.Restart)).Outcome);
    }

    [Fact]
    public async Task A_unit_that_would_end_its_tasks_half_way_is_told_with_the_task_that_runs()
    {
        await using var stack = await CeleryStack.StartAsync(("TRANSPORT_OPTIONS", """{"visibility_timeout": 2}"""));
        var unit = Units.Service(
            $"/usr/bin/celery --workdir {Path.Combine(TestHost.Repository, "tests/stacks/celery-load")} -A load worker -n busy@%H "
                + "--concurrency 1",
            $"Environment=BROKER={stack.Redis.Address} LEDGER={Path.Combine(stack.Redis.Directory, "ledger")} C_FORCE_ROOT=1 "
                + "PYTHONDONTWRITEBYTECODE=1",
            "Environment='TRANSPORT_OPTIONS={\"visibility_timeout\": 2}'",
            "KillMode=control-group",
            "TimeoutStopSec=2"
        );
        await using var units = await Units.InstallAsync(("t-celery-busy", unit));
        await UpAsync("t-celery-busy");
        var id = await stack.SendAsync("sleep", [60]);
        await Eventually.IsTrueAsync(() => stack.Ledger.Read().Any(l => l.Id == id && l.What == "begin"), TimeSpan.FromSeconds(60));
        var graph = new ServiceGraph
        {
            Name = "t-busy",
            Nodes = [Node("t-celery-busy") with { Role = "worker", StopTimeout = TimeSpan.FromMinutes(1) }],
            Queues = [stack.Definition() with { ConsumedBy = ["t-celery-busy"] }],
        };
        IReadOnlyList<GraphFinding> findings = [];
        await Eventually.IsTrueAsync(async () =>
        {
            // Once it has been running for longer than each of the two allows.
            findings = await Session.PreflightAsync(Session.Plan(graph, GraphOperation.Restart, new PlanOptions()), default);
            return findings.Any(static f => f.Code == "VisibilityTimeoutTooShort")
                && findings.Any(static f => f is { Code: "StopTimeoutTooShort", Target: "load" });
        });
        foreach (var finding in findings)
        {
            output.WriteLine(finding.Code + " " + finding);
        }

        Assert.Contains(
            findings,
            static f => f is { Code: "KillModeKillsTasks", Target: "t-celery-busy", Severity: FindingSeverity.Warning }
        );
        Assert.Contains(
            findings,
            static f =>
                f is { Code: "StopTimeoutTooShort", Target: "t-celery-busy" }
                && f.Message.Contains("TimeoutStopSec", StringComparison.Ordinal)
        );
        Assert.Contains(
            findings,
            f => f is { Code: "StopTimeoutTooShort", Target: "load" } && f.Message.Contains(id, StringComparison.Ordinal)
        );

        // It is so: a stop by hand ends the task half-way.
        await Shell.BashAsync("systemctl stop t-celery-busy");
        Assert.DoesNotContain(stack.Ledger.Read(), l => l.Id == id && l.What == "end");

        // And what is set right is not told.
        await using var mended = await Units.InstallAsync(
            (
                "t-celery-idle",
                unit.Replace("control-group", "mixed", StringComparison.Ordinal)
                    .Replace("TimeoutStopSec=2", "TimeoutStopSec=300", StringComparison.Ordinal)
            )
        );
        await UpAsync("t-celery-idle");
        var good = graph with
        {
            Nodes = [graph.Nodes[0] with { Name = "t-celery-idle", Service = "t-celery-idle" }],
            Queues = [graph.Queues[0] with { ConsumedBy = ["t-celery-idle"] }],
        };
        var left = await Session.PreflightAsync(Session.Plan(good, GraphOperation.Restart, new PlanOptions()), default);
        Assert.DoesNotContain(left, static f => f.Code is "KillModeKillsTasks" or "StopTimeoutTooShort");
    }

    [Fact]
    public async Task StartsAfter_and_stopsAfter_hold_in_a_run()
    {
        await UpAsync("t-plain", "t-notify", "t-slow-stop");
        var graph = Graph(
            Node("t-plain") with
            {
                StartsAfter = ["t-notify"],
            },
            Node("t-notify"),
            Node("t-slow-stop") with
            {
                StopsAfter = ["t-plain"],
            }
        );
        var run = await RunAsync(graph, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.True(Step(run, "start:t-plain").Start >= Step(run, "start:t-notify").Start + Step(run, "start:t-notify").Took);
        Assert.True(Step(run, "stop:t-slow-stop").Start >= Step(run, "stop:t-plain").Start + Step(run, "stop:t-plain").Took);
        await AssertRunningAsync("t-plain", "t-notify", "t-slow-stop");
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "OpsRestart.Cli");

    private static async Task<string> GraphAsync(string yaml)
    {
        var folder = Directory.CreateTempSubdirectory("opsrestart-preflight-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "t-preflight.yml"), yaml);
        await Shell.BashAsync($"chmod 755 {folder}; chmod 644 {folder}/*");
        return folder;
    }

    private static Task<ShellResult> AsTesterAsync(string folder, string arguments) =>
        Shell.RunAsync(
            "bash",
            [
                "-c",
                $"""
                cd / && exec setpriv --reuid tester --regid tester --init-groups env -i HOME=/home/tester USER=tester PATH="$PATH" DOTNET_ROOT="$DOTNET_ROOT" OPSRESTART_CONFIG_PATH={folder} {Program} {arguments}
                """,
            ]
        );

    /// <summary>Holds a lock as dpkg does, in a process of its own; returns its id when the lock is held.</summary>
    private static async Task<string> LockAsync(string path)
    {
        var sign = Path.GetTempFileName();
        var pid = await Shell.BashAsync(
            $"""
            : > {sign}
            python3 -c 'import fcntl, sys, time; f = open(sys.argv[1], "a"); fcntl.lockf(f, fcntl.LOCK_EX); open(sys.argv[2], "w").write("held"); time.sleep(600)' {path} {sign} >/dev/null 2>&1 &
            echo $!
            """
        );
        await Eventually.IsTrueAsync(() => File.ReadAllText(sign) == "held");
        return int.Parse(pid, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }
}
