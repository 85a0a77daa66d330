using OpsRestart.Adapters.Systemd.Native;

namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>Reads what a query asks for, entry by entry. For one thread.</summary>
internal sealed class JournalReader : IDisposable
{
    private readonly JournalFile _journal;
    private readonly ServiceScope _scope;
    private readonly DateTime? _since;
    private bool _standsOnUnread;

    private JournalReader(JournalFile journal, ServiceScope scope, DateTime? since)
    {
        _journal = journal;
        _scope = scope;
        _since = since;
    }

    public static JournalReader Open(ServiceLogQuery query, ServiceScope scope)
    {
        var units = JournalFilter.Resolve(query.Services, scope);
        var journal = JournalFile.Open();
        try
        {
            // A pattern that matches nothing must not become "no condition at all".
            JournalFilter.Apply(journal, units.Count == 0 && query.Services.Count > 0 ? ["\\x2d.none"] : units, scope, query.Priority);
            if (query.Kernel)
            {
                journal.Match("_TRANSPORT", "kernel");
            }

            if (query.Follow)
            {
                journal.StartWatching();
            }

            var reader = new JournalReader(journal, scope, query.Since?.ToUniversalTime());
            reader.Seek(query);
            return reader;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>The next entry; null when there is none (yet).</summary>
    public ServiceLogEntry? Next()
    {
        while (_standsOnUnread || _journal.MoveNext())
        {
            _standsOnUnread = false;
            var time = _journal.Time();
            if (_since is null || time >= _since)
            {
                return Read(time);
            }
        }

        return null;
    }

    /// <summary>Waits until there may be more.</summary>
    public void Wait(WakeFd wake) => _journal.Wait(wake);

    public void Dispose() => _journal.Dispose();

    private void Seek(ServiceLogQuery query)
    {
        if (query.AfterCursor is { } cursor)
        {
            _standsOnUnread = _journal.SeekAfter(cursor);
        }
        else if (query.Tail is { } tail)
        {
            _journal.SeekLast(tail);
        }
        else if (_since is { } since)
        {
            _journal.SeekTime(since);
        }
        else
        {
            _journal.SeekHead();
        }
    }

    private ServiceLogEntry Read(DateTime time)
    {
        var about = _journal.Field("_PID") == "1" || _scope == ServiceScope.User ? _journal.Field(JournalFilter.AboutField(_scope)) : null;
        return new ServiceLogEntry
        {
            Time = time,
            Service = UnitName.ToDisplay(about ?? _journal.Field(JournalFilter.OwnField(_scope)) ?? ""),
            Priority = (ServiceLogPriority)(Number("PRIORITY") ?? (int)ServiceLogPriority.Info),
            Message = _journal.Field("MESSAGE") ?? "",
            Pid = Number("_PID"),
            Identifier = _journal.Field("SYSLOG_IDENTIFIER") ?? _journal.Field("_COMM") ?? "",
            HostName = _journal.Field("_HOSTNAME") ?? "",
            InvocationId = about is null
                ? _journal.Field("_SYSTEMD_INVOCATION_ID")
                : _journal.Field("INVOCATION_ID") ?? _journal.Field("USER_INVOCATION_ID"),
            Cursor = _journal.Cursor(),
        };
    }

    private int? Number(string field) =>
        int.TryParse(_journal.Field(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
