using System.Management.Automation;
using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Abstractions;
using OpsRestart.Errors;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>One service that something is done to.</summary>
internal sealed record ServiceAction(OpsSession Session, ServiceTarget Target, IServiceManager Manager, ManagedService Service, Pump Pump)
{
    private const int LogLines = 5;

    /// <summary>The manager's own full name: unambiguous.</summary>
    public string Id => Service.Id;

    /// <summary>An error about this service, with what it logged last.</summary>
    public async Task<ErrorRecord> FailedAsync(OpsError error, string message, CancellationToken cancellationToken)
    {
        var lines = await LastLinesAsync(cancellationToken).ConfigureAwait(false);
        return ErrorRecords.Create(
            error,
            lines.Count == 0 ? message : $"{message} It logged last:{Environment.NewLine}{string.Join(Environment.NewLine, lines.Select(static l => "  " + l))}",
            Service.Name,
            $"Get-ServiceLog {Service.Name} -Tail 50 shows more.");
    }

    /// <summary>The state now, with details.</summary>
    public async Task<ManagedService> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await Manager.GetServicesAsync(new ServiceQuery { Names = [Id], Detailed = true }, cancellationToken).ConfigureAwait(false);
        return read.Count > 0 ? read[0] : Service;
    }

    private async Task<IReadOnlyList<string>> LastLinesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var log = await Target.LogAsync(Session, cancellationToken).ConfigureAwait(false);
            var lines = new List<string>();
            await foreach (var entry in log.ReadAsync(new ServiceLogQuery { Services = [Id], Tail = LogLines }, cancellationToken).ConfigureAwait(false))
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
