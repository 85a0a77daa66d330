namespace OpsRestart.Adapters.Wire;

/// <summary>
/// Reads what a peer sends up to a bound, whatever it says of its length: the bound is on what arrives (and is unpacked), not on what is
/// announced.
/// </summary>
internal static class BoundedBody
{
    /// <summary>The most that is read of one body.</summary>
    public const int Most = 16 * 1024 * 1024;

    /// <summary>All of it.</summary>
    /// <exception cref="InvalidDataException">It is longer than <paramref name="most"/>.</exception>
    public static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancellationToken, int most = Most)
    {
        var (bytes, cut) = await ReadAsync(stream, most, cancellationToken).ConfigureAwait(false);
        return cut
            ? throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"the answer is longer than {most / (1024 * 1024)} MiB")
            )
            : bytes;
    }

    /// <summary>The beginning of it, and whether there is more.</summary>
    public static async Task<(byte[] Bytes, bool Cut)> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(most, 16 * 1024)];
        var length = 0;
        while (await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            if (length == bytes.Length)
            {
                if (length == most)
                {
                    return (bytes, await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0);
                }

                Array.Resize(ref bytes, Math.Min(most, bytes.Length * 2));
            }
        }

        return (bytes[..length], false);
    }
}
