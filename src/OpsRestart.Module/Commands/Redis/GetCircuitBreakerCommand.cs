using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "CircuitBreaker")]
[OutputType(typeof(CircuitBreaker))]
public sealed class GetCircuitBreakerCommand : RedisCommandBase
{
    /// <summary>Their names, the keys without the prefix. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The servers and databases where they are: <c>redis://localhost:6379/1</c>. Default: localhost, database 0.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [Alias("Broker", "Uri")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>What all their keys begin with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Prefix { get; set; } = "circuit_breaker:";

    private readonly List<string> _names = [];

    protected override void ProcessRecord() => _names.AddRange(Name);

    protected override void EndProcessing() => Run(FindAllAsync);

    private async Task FindAllAsync(Pump pump)
    {
        var asked = Target.Select(Address).Select(a => TryAsync(a, address => FindAsync(address, pump.Stopping), pump)).ToList();
        var found = new List<CircuitBreaker>();
        var reached = false;
        foreach (var answer in asked)
        {
            if (await answer.ConfigureAwait(false) is { } breakers)
            {
                reached = true;
                found.AddRange(breakers);
            }
        }

        var wanted = _names.Select(static n => (Name: n, Pattern: WildcardPattern.Get(n, WildcardOptions.None))).ToList();
        foreach (var breaker in found.Where(b => wanted.Exists(w => w.Pattern.IsMatch(b.Name))))
        {
            await pump.OutputAsync(breaker).ConfigureAwait(false);
        }

        foreach (var (name, pattern) in wanted.Where(w => reached && !WildcardPattern.ContainsWildcardCharacters(w.Name)))
        {
            if (!found.Exists(b => pattern.IsMatch(b.Name)))
            {
                pump.Error(
                    ErrorRecords.Create(
                        OpsError.KeyNotFound,
                        $"There is no circuit breaker '{name}' (key {Prefix}{name}).",
                        name,
                        "That is how it is where no call has failed lately. See that -Target names its database and -Prefix its keys."
                    )
                );
            }
        }
    }

    private async Task<IReadOnlyList<CircuitBreaker>> FindAsync(string address, CancellationToken cancellationToken)
    {
        var found = await Session.CircuitBreakers.FindAsync(address, Prefix, cancellationToken).ConfigureAwait(false);
        foreach (var target in found.Select(static b => b.Target).Distinct())
        {
            Session.Brokers.Remember(target, address);
        }

        return found;
    }
}
