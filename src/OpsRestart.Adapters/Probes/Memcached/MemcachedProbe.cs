using System.Text;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Memcached;

/// <summary>Asks for the version by the text protocol (memcached's doc/protocol.txt), which every build answers and which stores nothing.</summary>
internal sealed class MemcachedProbe(ProbeDefinition definition, MemcachedProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"memcached at {options.Uri.Endpoint}";

    protected override bool IsUnixSocket => options.Uri.Endpoint.UnixPath is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var stream = await options.Uri.Endpoint.ConnectAsync(options.Uri.Tls, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync("version\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            var line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) ?? throw new EndOfStreamException("end of stream");
            return line.StartsWith("VERSION ", StringComparison.Ordinal)
                ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} answers (version {line["VERSION ".Length..].Trim()}).")
                : ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{Peer} answered '{ProbeText.OneLine(line, 80)}'. Check that it is memcached, and that its text protocol is on.");
        }
    }
}
