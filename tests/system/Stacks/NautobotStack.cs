using System.Globalization;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>samples/nautobot: PostgreSQL, Redis, a Celery worker with four processes, beat, Django under uWSGI.</summary>
public sealed class NautobotStack : SampleStack
{
    public const string Worker = "nautobot-worker";

    public override string Name => "nautobot";

    public override IReadOnlyList<string> Units => ["nautobot-scheduler", "nautobot", Worker, "redis-server", Postgres];

    protected override string NeededCommand => "celery";

    protected override string NeededPackage => "celery";

    /// <summary>Tasks that have begun since the books were opened.</summary>
    public static Task<int> CountStartedAsync() =>
        SqlAsync("SELECT coalesce(sum(started), 0) FROM nautobot_demo_taskrun WHERE name <> 'nautobot_demo.tasks.heartbeat'");

    /// <summary>Tasks that began or ended in a span of time.</summary>
    public static Task<int> CountMovesAsync(DateTime from, DateTime to) =>
        SqlAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT count(*) FROM nautobot_demo_taskrun WHERE last_started BETWEEN '{from:O}' AND '{to:O}' OR last_ended BETWEEN "
                    + $"'{from:O}' AND '{to:O}'"
            )
        );

    /// <summary>Workers that take tasks from the queue "default", as they say themselves.</summary>
    public static async Task<int> CountActiveQueuesAsync() =>
        int.Parse(
            await Shell.BashAsync(
                "cd /opt/nautobot && env -u NO_COLOR celery -A nautobot_demo inspect -t 3 active_queues --json 2>/dev/null | jq "
                    + "'[.[][] | select(.name == \"default\")] | length'"
            ),
            global::System.Globalization.CultureInfo.InvariantCulture
        );

    public override async Task ResetAsync() =>
        await Shell.BashAsync(
            $"""
            rm -rf /run/systemd/system/nautobot-worker.service.d
            systemctl daemon-reload
            systemctl kill --signal=CONT nautobot-worker 2>/dev/null || true
            systemctl start {Postgres} redis-server
            if [ "$(redis-cli hlen unacked)$(redis-cli llen default)" != 00 ] || ls /var/lib/opsrestart/suspensions/* >/dev/null 2>&1; then
              rm -rf /var/lib/opsrestart/suspensions
              systemctl kill --signal=KILL nautobot-worker 2>/dev/null || true
              systemctl stop nautobot-worker
              redis-cli del default unacked unacked_index >/dev/null
            fi
            systemctl reset-failed nautobot nautobot-worker nautobot-scheduler 2>/dev/null || true
            systemctl start nautobot nautobot-worker nautobot-scheduler
            until curl -fs -o /dev/null http://127.0.0.1:8000/health/; do sleep 0.05; done
            runuser -u postgres -- psql -qd nautobot -c 'TRUNCATE nautobot_demo_taskrun'
            """
        );

    private static async Task<int> SqlAsync(string query) =>
        int.Parse(
            await Shell.BashAsync($"runuser -u postgres -- psql -qtAd nautobot -c \"{query}\""),
            global::System.Globalization.CultureInfo.InvariantCulture
        );
}
