using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>samples/frappe in its other form: the same bench under supervisord, Redis included.</summary>
public sealed class FrappeSupervisorStack : SampleStack
{
    public override string Name => "frappe";

    public override IReadOnlyList<string> Units => ["supervisor"];

    public override IReadOnlyList<string> Programs =>
        [
            "frappe-bench-redis:frappe-bench-redis-queue",
            "frappe-bench-web:frappe-bench-frappe-web",
            "frappe-bench-workers:frappe-bench-frappe-schedule",
            "frappe-bench-workers:frappe-bench-frappe-short-worker-0",
            "frappe-bench-workers:frappe-bench-frappe-default-worker-0",
            "frappe-bench-workers:frappe-bench-frappe-long-worker-0",
        ];

    protected override string Form => "--supervisor";

    protected override string Cleanup => "rm -f /etc/supervisor/conf.d/frappe-bench.conf";

    protected override string NeededCommand => "supervisord";

    protected override string NeededPackage => "supervisor";

    /// <summary>Jobs that a test left are gone with their workers; the scheduler is down while the books are opened.</summary>
    public override async Task ResetAsync() =>
        await Shell.BashAsync(
            """
            systemctl start supervisor
            supervisorctl start frappe-bench-redis:* >/dev/null || true
            rq() { redis-cli -p 11000 "$@"; }
            until [ "$(rq ping)" = PONG ]; do sleep 0.05; done
            open() { for q in short default long; do rq llen rq:queue:bench:$q; rq zcard rq:wip:bench:$q; rq zcard rq:failed:bench:$q; done; rq exists rq:suspended; }
            if open | grep -qv '^0$'; then
              supervisorctl signal KILL frappe-bench-workers:* >/dev/null || true
              supervisorctl stop frappe-bench-workers:* >/dev/null
              rq flushdb >/dev/null
            fi
            supervisorctl stop frappe-bench-workers:frappe-bench-frappe-schedule >/dev/null
            rq -n 2 flushdb >/dev/null
            supervisorctl start all >/dev/null
            until curl -fs -o /dev/null http://127.0.0.1:8000/api/method/ping && [ "$(rq pubsub channels 'rq:pubsub:*' | grep -c .)" -ge 3 ]; do sleep 0.05; done
            """
        );
}
