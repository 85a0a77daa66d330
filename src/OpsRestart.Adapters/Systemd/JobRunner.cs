using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>Runs one job on one unit and says what it did.</summary>
internal static class JobRunner
{
    // As systemctl: a job that stands against this one is replaced.
    private const string Mode = "replace";
    private const string UnitInterface = "org.freedesktop.systemd1.Unit";

    public static async Task<ServiceJobResult> RunAsync(SystemdLink link, JobKind kind, string name, CancellationToken cancellationToken)
    {
        var id = UnitName.ToId(name);
        var action = $"{kind.ToString().ToLowerInvariant()} {name}";

        // Sent before the job and answered before it: whether there was anything to do.
        var before = GetAsync(link, id, "ActiveState", cancellationToken);
        using var held = kind is JobKind.Start or JobKind.Restart ? new UnitReference(link, id) : null;
        var call = SystemdLink.ManagerCall(kind + "Unit", id, Mode);
        var end = await link.RetryAsync(() => link.Jobs.RunAsync(call, cancellationToken), e => e.Error, cancellationToken)
            .ConfigureAwait(false);
        if (end.Error is { } error)
        {
            throw SystemdErrors.ToException(error, action, name, link.Target);
        }

        var wasActive = await before.ConfigureAwait(false) as string;
        var status = await JudgeAsync(link, kind, id, end, wasActive, cancellationToken).ConfigureAwait(false);
        return new ServiceJobResult(UnitName.ToDisplay(id), status, end.Result!);
    }

    private static async Task<ServiceJobStatus> JudgeAsync(
        SystemdLink link,
        JobKind kind,
        string id,
        JobEnd end,
        string? before,
        CancellationToken cancellationToken
    )
    {
        if (end.Result == JobEnd.Unseen)
        {
            var now = await GetAsync(link, id, "ActiveState", cancellationToken).ConfigureAwait(false) as string;
            return IsReached(kind, now) ? ServiceJobStatus.Done : ServiceJobStatus.Failed;
        }

        if (end.Status != ServiceJobStatus.Done)
        {
            return end.Status;
        }

        if ((kind == JobKind.Start && before == "active") || (kind == JobKind.Stop && before is "inactive" or "failed"))
        {
            return ServiceJobStatus.Unchanged;
        }

        // A start that a Condition…= forbids is "done" too. Only known while the unit is held: left alone, systemd forgets an inactive
        // unit at once.
        var skipped = kind != JobKind.Stop && await GetAsync(link, id, "ConditionResult", cancellationToken).ConfigureAwait(false) is false;
        return skipped ? ServiceJobStatus.Skipped : ServiceJobStatus.Done;
    }

    private static bool IsReached(JobKind kind, string? activeState) =>
        kind == JobKind.Stop ? activeState is "inactive" or "failed" : activeState is "active" or "activating" or "reloading";

    private static async Task<object?> GetAsync(SystemdLink link, string id, string property, CancellationToken cancellationToken)
    {
        var call = new BusCall(UnitName.ToPath(id), SystemdLink.PropertiesInterface, "Get", UnitInterface, property);
        var reply = await link.Bus.CallAsync(call, cancellationToken).ConfigureAwait(false);
        return reply.Error is null ? reply.Body[0] : null;
    }
}
