namespace OpsRestart.Adapters.Supervisor;

/// <summary>How far each log file was written at one moment.</summary>
internal sealed class LogCursor
{
    private readonly Dictionary<string, LogPosition> _positions = new(StringComparer.Ordinal);

    /// <summary>Of a file that was not there then, all is new.</summary>
    public LogPosition Of(string path) => _positions.GetValueOrDefault(path) ?? new LogPosition(path, 0, 0);

    public static string? Format(IReadOnlyCollection<LogPosition> positions) =>
        positions.Count == 0
            ? null
            : string.Join(
                '\n',
                positions.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Inode} {p.Offset} {p.Path}"))
            );

    /// <summary>Null for none.</summary>
    /// <exception cref="SupervisorException">InvalidArgument: it is no such cursor.</exception>
    public static LogCursor? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var cursor = new LogCursor();
        foreach (var line in text.Split('\n'))
        {
            if (
                line.Split(' ', 3) is not [var inode, var offset, var path]
                || !ulong.TryParse(inode, CultureInfo.InvariantCulture, out var number)
                || !long.TryParse(offset, CultureInfo.InvariantCulture, out var at)
            )
            {
                throw new SupervisorException(OpsError.InvalidArgument, "This is no cursor of a log of supervisord's programs.");
            }

            cursor._positions[path] = new LogPosition(path, number, at);
        }

        return cursor;
    }
}

/// <param name="Path">The file.</param>
/// <param name="Inode">Another one means that it was rotated; 0: it was not there, or is read by supervisord.</param>
/// <param name="Offset">In bytes.</param>
internal sealed record LogPosition(string Path, ulong Inode, long Offset);
