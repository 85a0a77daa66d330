using System.Globalization;
using System.Text.RegularExpressions;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>Looks for a line since the start; with <c>absent</c> the other way round.</summary>
internal sealed class LogProbe(ProbeDefinition definition, LogProbeOptions options, ILogSource source, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => source.Name;

    protected override string ShownTarget => $"{source.Name.Replace("the log of ", "", StringComparison.Ordinal)}: /{options.Pattern}/";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var scan = await source.FindAsync(options.Pattern, cancellationToken).ConfigureAwait(false);
        return scan switch
        {
            { Problem: { } problem } => ProbeVerdict.Unknown("NoTime", problem),
            { Line: { } line } when options.Absent => ProbeVerdict.Unhealthy("Seen", $"{Capital(source.Name)} has a line that must not be there, {scan.From}: {ProbeText.OneLine(line)}"),
            { Line: { } line } => ProbeVerdict.Healthy("Seen", $"{Capital(source.Name)} says, {scan.From}: {ProbeText.OneLine(line)}"),
            _ when options.Absent => ProbeVerdict.Healthy("NotSeen", $"{Looked(scan)} match /{options.Pattern}/, as it should be."),
            _ => ProbeVerdict.Unhealthy("NotSeen", $"{Looked(scan)} match /{options.Pattern}/ yet."),
        };
    }

    protected override ProbeVerdict? Explain(Exception error) => error switch
    {
        RegexMatchTimeoutException => ProbeVerdict.Unknown("PatternTooSlow", $"Matching /{options.Pattern}/ takes more than a second for one line. Make the expression simpler."),
        FileNotFoundException or DirectoryNotFoundException when options.Absent => ProbeVerdict.Healthy("NotSeen", $"{source.Name} does not exist, so it has no such line."),
        FileNotFoundException or DirectoryNotFoundException => ProbeVerdict.Unhealthy("NoFile", $"{source.Name} does not exist (yet). Check the path, or whether the service logs to its journal."),
        UnauthorizedAccessException => ProbeVerdict.Unknown(ProbeReason.AccessDenied, $"{source.Name} may not be read by this user. Run as root or as a member of adm."),
        _ => null,
    };

    private string Looked(LogScan scan) => string.Create(CultureInfo.InvariantCulture, $"None of the {scan.Looked} lines of {source.Name} {scan.From}");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
