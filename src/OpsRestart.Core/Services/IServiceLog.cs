namespace OpsRestart.Core.Services;

/// <summary>Where a manager's services log to.</summary>
internal interface IServiceLog
{
    /// <summary>Lines, oldest first. With <see cref="ServiceLogQuery.Follow"/> it ends by the token only.</summary>
    IAsyncEnumerable<ServiceLogEntry> ReadAsync(ServiceLogQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// A cursor for "from here on": taken before a start, a gate sees all that was logged since and nothing older. Null: the log is empty.
    /// </summary>
    Task<string?> GetCursorAsync(CancellationToken cancellationToken);
}
