using System.Text;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Asks for the version by the text protocol (memcached's doc/protocol.txt), which every build answers and which stores nothing.
/// </summary>
internal sealed class MemcachedProbe(ProbeSettings settings, ProbeContext context, TimeProvider time) : ProbeBase(settings, context, time)
{
    private readonly ProbeUri _uri = ProbeUri.Read(settings, "memcached", 11211, 11212);

    private const int LongestLine = 1024;

    protected override string Peer => $"memcached at {_uri.Place}";

    protected override bool IsUnixSocket => _uri.Place.UnixPath is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var stream = await _uri.Place.ConnectAsync(_uri.Tls, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync("version\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            var line = await ReadLineAsync(stream, cancellationToken).ConfigureAwait(false);
            return line.StartsWith("VERSION ", StringComparison.Ordinal)
                ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} answers (version {ForeignText.OneLine(line["VERSION ".Length..], 40)}).")
                : ProbeVerdict.Unhealthy(
                    ProbeReason.ProtocolError,
                    $"{Peer} answered '{ForeignText.OneLine(line, 80)}'. Check that it is memcached, and that its text protocol is on."
                );
        }
    }

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[LongestLine];
        var length = 0;
        while (length < bytes.Length && bytes.AsSpan(0, length).IndexOf((byte)'\n') < 0)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read > 0 ? read : throw new EndOfStreamException("end of stream");
        }

        return Encoding.ASCII.GetString(bytes, 0, length).Split('\n')[0];
    }
}
