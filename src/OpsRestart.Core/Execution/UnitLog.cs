namespace OpsRestart.Core.Execution;

/// <summary>What a service logged, for the message of its failure.</summary>
internal static class UnitLog
{
    private const int Lines = 8;

    /// <summary>A log that can't be read must not hide the failure that it was to explain.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The last lines since the start, indented, with a heading; empty when there are none.</summary>
    public static async Task<string> TailAsync(RunState run, ServiceNode node, CancellationToken cancellationToken)
    {
        using var bounded = new CancellationTokenSource(Patience, run.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(bounded.Token, cancellationToken);
        try
        {
            var log = await run.Ports.Services.GetLogAsync(ManagerTarget.Of(node), linked.Token).ConfigureAwait(false);
            var since = run.Started.GetValueOrDefault(node.Name);
            var query = new ServiceLogQuery
            {
                Services = [node.Service],
                Tail = Lines,
                AfterCursor = since?.LogCursor,
                Since = since?.LogCursor is null ? since?.StartedAt ?? run.StartedAt : null,
            };
            var lines = new List<string>();
            await foreach (var entry in log.ReadAsync(query, linked.Token).ConfigureAwait(false))
            {
                lines.Add($"    {entry.Time:HH:mm:ss} {entry.Identifier}: {SecretText.Redact(entry.Message)}");
            }

            return lines.Count == 0 ? "" : $"\n  Its last log lines:\n{string.Join('\n', lines)}";
        }
        catch (Exception e) when (e is OpsRestartException or OperationCanceledException)
        {
            return "";
        }
    }

    /// <summary>A failure of a service, with what it logged.</summary>
    public static async Task<StepOutcome> FailedAsync(
        RunState run,
        ServiceNode node,
        OpsError error,
        string message,
        CancellationToken cancellationToken
    ) => StepOutcome.Failed(error, message + await TailAsync(run, node, cancellationToken).ConfigureAwait(false));

    /// <summary>A cursor for "from here on"; null when the log can't tell one.</summary>
    public static async Task<string?> CursorAsync(RunState run, ServiceNode node, CancellationToken cancellationToken)
    {
        try
        {
            var log = await run.Ports.Services.GetLogAsync(ManagerTarget.Of(node), cancellationToken).ConfigureAwait(false);
            return await log.GetCursorAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException)
        {
            return null;
        }
    }
}
