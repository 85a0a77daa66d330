using System.Text;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Tcp;

/// <summary>Connects, and where asked says something and judges the answer. Several targets are tried at once; the first that fails is told.</summary>
internal sealed class TcpProbe(ProbeDefinition definition, TcpProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private const int BannerLimit = 4096;

    protected override string Peer => string.Join(", ", options.Endpoints);

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var verdicts = await Task.WhenAll(options.Endpoints.Select(e => TryOneAsync(e, cancellationToken))).ConfigureAwait(false);
        return Array.Find(verdicts, static v => v.Status != ProbeStatus.Healthy)
            ?? (verdicts.Length == 1 ? verdicts[0] : ProbeVerdict.Healthy("Connected", $"All {verdicts.Length} accept connections: {Peer}."));
    }

    private async Task<ProbeVerdict> TryOneAsync(ProbeEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await endpoint.ConnectAsync(options.Tls, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                if (options.Send is { } text)
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
                }

                return options.Expect is null
                    ? ProbeVerdict.Healthy("Connected", $"{endpoint} accepts connections.")
                    : await ExpectAsync(endpoint, stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Which of the targets was late is worth knowing; if it was the caller who cancelled, the base throws anyway.
            return ProbeFailure.TimedOut(endpoint.ToString(), TryTimeout, NextStep);
        }
        catch (Exception e)
        {
            return ProbeFailure.Explain(e, endpoint.ToString(), NextStep, endpoint.UnixPath is not null);
        }
    }

    private async Task<ProbeVerdict> ExpectAsync(ProbeEndpoint endpoint, Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[BannerLimit];
        var length = 0;
        try
        {
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                length += read;
                if (options.Expect!.IsMatch(Encoding.UTF8.GetString(buffer, 0, length)))
                {
                    return ProbeVerdict.Healthy("Matched", $"{endpoint} says: {ProbeText.OneLine(Encoding.UTF8.GetString(buffer, 0, length))}");
                }
            }
        }
        catch (OperationCanceledException) when (length > 0)
        {
            // It said something, only not what was expected: that is the better answer than "timeout".
        }

        var said = length == 0 ? "nothing" : $"'{ProbeText.OneLine(Encoding.UTF8.GetString(buffer, 0, length))}'";
        return ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{endpoint} said {said}, which does not match /{options.Expect}/. Check that the right service has this port.");
    }
}
