using OpsRestart.Adapters.Composition;
using OpsRestart.Errors;

namespace OpsRestart.Commands;

/// <summary>One service that something is done to.</summary>
internal sealed record ServiceAction(OpsSession Session, ManagerTarget Target, IServiceManager Manager, ManagedService Service, Pump Pump)
{
    private const int LogLines = 5;

    /// <summary>It was named itself; false: by a wildcard, or by its group.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>As it is named where somebody is asked about it.</summary>
    public string Shown => Service.Manager == ServiceManagerKind.Supervisor ? $"{Service.Name} (supervisord)" : Service.Name;

    /// <summary>The manager's own full name: unambiguous.</summary>
    public string Id => Service.Id;

    /// <summary>An error about this service, with what it logged last.</summary>
    public async Task<ErrorRecord> FailedAsync(OpsError error, string message, CancellationToken cancellationToken)
    {
        var lines = await LastLinesAsync(cancellationToken).ConfigureAwait(false);
        return ErrorRecords.Create(
            error,
            lines.Count == 0
                ? message
                : $"{message} It logged last:{Environment.NewLine}{string.Join(Environment.NewLine, lines.Select(static l => "  " + l))}",
            Service.Name,
            $"Get-ServiceLog {Service.Name} -Tail 50 shows more."
        );
    }

    /// <summary>The state now, with details.</summary>
    public Task<ManagedService> ReadAsync(CancellationToken cancellationToken) => Manager.ReadAsync(Id, cancellationToken);

    private async Task<IReadOnlyList<string>> LastLinesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var log = await Session.Services.GetLogAsync(Target, cancellationToken).ConfigureAwait(false);
            var lines = new List<string>();
            await foreach (
                var entry in log.ReadAsync(new ServiceLogQuery { Services = [Id], Tail = LogLines }, cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                lines.Add(SecretText.Redact(entry.Message));
            }

            return lines;
        }
        catch (OpsRestartException)
        {
            // The error that is being reported matters; that its log can't be read does not.
            return [];
        }
    }
}
