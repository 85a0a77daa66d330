using System.Text;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>How a peer may misbehave, whatever it should speak.</summary>
internal static class PeerScripts
{
    /// <summary>Answers the first thing that is said with these bytes, and then behaves like this.</summary>
    public static Func<Stream, CancellationToken, Task> After(byte[] bytes, Func<Stream, CancellationToken, Task> then) =>
        async (stream, cancellationToken) =>
        {
            if (await stream.ReadAsync(new byte[65536], cancellationToken) > 0)
            {
                await stream.WriteAsync(bytes, cancellationToken);
                await then(stream, cancellationToken);
            }
        };

    /// <summary>Takes what is said and says nothing.</summary>
    public static async Task SilentAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        while (await stream.ReadAsync(buffer, cancellationToken) > 0) { }
    }

    public static Task CloseAsync(Stream stream, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A byte now and then, without end.</summary>
    public static async Task DripAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            await stream.WriteAsync(" "u8.ToArray(), cancellationToken);
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Some 50 MB a second, without end and without a line's end.</summary>
    public static async Task FloodAsync(Stream stream, CancellationToken cancellationToken)
    {
        var much = new byte[65536];
        Array.Fill(much, (byte)'9');
        while (true)
        {
            await stream.WriteAsync(much, cancellationToken);
            await Task.Delay(1, cancellationToken);
        }
    }

    /// <summary>Bytes without sense, of a length that differs.</summary>
    public static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 600)];
        random.NextBytes(bytes);
        return bytes;
    }

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);
}
