using System.Threading.Channels;
using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// Watches some units on one connection. What a signal tells is applied to the last snapshot, so that no change is lost between a signal
/// and a read. All fields but the channel belong to the bus thread.
/// </summary>
internal sealed class UnitWatch : IDisposable
{
    private readonly SystemdLink _link;
    private readonly ServiceMapper _mapper;
    private readonly List<IDisposable> _matches = [];
    private readonly Dictionary<string, Watched> _units = new(StringComparer.Ordinal);
    private readonly Channel<ManagedService> _changes = Channel.CreateUnbounded<ManagedService>(
        new UnboundedChannelOptions { SingleReader = true }
    );

    public UnitWatch(SystemdLink link, ServiceMapper mapper, IEnumerable<UnitListing> units)
    {
        _link = link;
        _mapper = mapper;
        foreach (var unit in units)
        {
            _units[UnitName.ToPath(unit.Id)] = new Watched(unit);
        }

        link.EnsureSubscribed();
        foreach (var path in _units.Keys)
        {
            var rule =
                $"type='signal',sender='org.freedesktop.systemd1',path='{path}',interface='{SystemdLink.PropertiesInterface}',member='PropertiesChanged'";
            _matches.Add(link.Bus.Match(rule, OnChanged));
        }

        _matches.Add(link.OnReloaded(ReadAll));
        ReadAll();
        _matches.Add(link.Bus.OnClosed(() => _changes.Writer.TryComplete()));
    }

    /// <summary>Each unit as it is, then each change. Completes when the connection is lost.</summary>
    public ChannelReader<ManagedService> Changes => _changes.Reader;

    public void Dispose() => _matches.ForEach(match => match.Dispose());

    // PID 1 answers and signals in one order: what came before the snapshot is in it, what comes after is newer.
    private void ReadAll()
    {
        foreach (var unit in _units.Values)
        {
            _link.Bus.Send(
                PropertyCalls.All(unit.Listing.Id),
                reply =>
                {
                    if (reply.Body is [Dictionary<string, object?> values])
                    {
                        unit.Properties = new UnitProperties(values);
                        Emit(unit);
                    }
                }
            );
        }
    }

    // (sa{sv}as): interface, changed, invalidated.
    private void OnChanged(BusSignal signal)
    {
        if (
            !_units.TryGetValue(signal.Path, out var unit)
            || unit.Properties is null
            || signal.Body is not [_, Dictionary<string, object?> changed, ..]
        )
        {
            return;
        }

        unit.Properties.Merge(changed);

        // These never come by signal: better none than old ones.
        unit.Properties.Merge(new Dictionary<string, object?> { ["MemoryCurrent"] = null, ["TasksCurrent"] = null });
        Emit(unit);
    }

    private void Emit(Watched unit)
    {
        var service = _mapper.Map(unit.Listing, unit.Properties!);
        var stable = service with { SampledAt = default, Memory = null, Tasks = null };
        if (stable != unit.Last)
        {
            unit.Last = stable;
            _changes.Writer.TryWrite(service);
        }
    }

    private sealed class Watched(UnitListing listing)
    {
        public UnitListing Listing { get; } = listing;

        public UnitProperties? Properties { get; set; }

        public ManagedService? Last { get; set; }
    }
}
