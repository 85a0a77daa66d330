using System.Text.Json;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// Records as JSON, one in a file of a private folder. Whole or not at all: written beside and moved. What can't be read as what it should
/// be (torn by a crash, of another version, by hand) is no record, and no error.
/// </summary>
internal static class RecordFile
{
    private const int Limit = 1 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A name for the file system, from any text.</summary>
    public static string NameFor(string text)
    {
        var name = Uri.EscapeDataString(text);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        return name.Length is > 0 and <= 150 && name[0] != '.' ? name : $"{name[..Math.Min(name.Length, 80)].TrimStart('.')}-{hash}";
    }

    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write<T>(string path, T record)
    {
        var next = path + ".new";
        File.Delete(next);
        using (
            var file = new FileStream(
                next,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = OwnerOnly,
                }
            )
        )
        {
            JsonSerializer.Serialize(file, record);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    public static T? Read<T>(string path, Func<T, bool> isWhole)
        where T : class
    {
        try
        {
            if (FileStatus.Of(path) is not { IsFile: true } || new FileInfo(path).Length > Limit)
            {
                return null;
            }

            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path)) is { } record && isWhole(record) ? record : null;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or ArgumentException
                        or InvalidOperationException
                        or NotSupportedException
                        or FormatException
            )
        {
            return null;
        }
    }

    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder, or a file system that went read-only: it is told again next time, which is harmless.
        }
    }
}
