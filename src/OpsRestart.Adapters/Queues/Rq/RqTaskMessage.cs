using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>A new job as RQ's own <c>enqueue</c> writes it.</summary>
internal static class RqTaskMessage
{
    /// <summary><c>zlib(pickle((name, None, arguments, {})))</c>, or the same as JSON.</summary>
    public static byte[] Data(RqSerializer serializer, string function, IReadOnlyList<string> arguments) =>
        Deflate(serializer == RqSerializer.Json ? Json(function, arguments) : Pickle(function, arguments));

    /// <summary>The job's hash and its place in the queue, in one transaction.</summary>
    public static IReadOnlyList<RedisCommand> Enqueue(RqNewJob job, string now) =>
        [
            new(
                "HSET",
                RqKeys.Job(job.Id),
                "status",
                "queued",
                "created_at",
                now,
                "enqueued_at",
                now,
                "origin",
                job.Queue,
                "timeout",
                30,
                "result_ttl",
                job.ResultSeconds,
                "failure_ttl",
                60,
                "description",
                job.Description,
                "worker_name",
                "",
                "success_callback_name",
                "",
                "failure_callback_name",
                "",
                "data",
                job.Data
            ),
            new("EXPIRE", RqKeys.Job(job.Id), 3600),
            new(job.IsFirst ? "LPUSH" : "RPUSH", RqKeys.Queue(job.Queue), job.Id),
        ];

    /// <summary>As RQ writes times.</summary>
    public static string Moment(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static byte[] Json(string function, IReadOnlyList<string> arguments) =>
        Encoding.UTF8.GetBytes($"[{JsonSerializer.Serialize(function)}, null, {JsonSerializer.Serialize(arguments)}, {{}}]");

    // Protocol 2: a tuple of a text, None, a tuple of texts and an empty dictionary.
    private static byte[] Pickle(string function, IReadOnlyList<string> arguments) =>
        [0x80, 2, (byte)'(', .. Unicode(function), (byte)'N', (byte)'(', .. arguments.SelectMany(Unicode), .. "t}t."u8];

    private static byte[] Unicode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var head = new byte[5];
        head[0] = (byte)'X';
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(1), bytes.Length);
        return [.. head, .. bytes];
    }

    private static byte[] Deflate(ReadOnlySpan<byte> data)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal))
        {
            zlib.Write(data);
        }

        return output.ToArray();
    }
}

/// <summary>A job to be queued.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Queue">Where.</param>
/// <param name="Data">What to call; see <see cref="RqTaskMessage.Data"/>.</param>
/// <param name="Description">For people.</param>
/// <param name="ResultSeconds">How long its hash is kept when it is done; 0: not at all.</param>
/// <param name="IsFirst">Before all others.</param>
internal sealed record RqNewJob(string Id, string Queue, byte[] Data, string Description, int ResultSeconds, bool IsFirst);
