namespace OpsRestart.Tests.Units.Hostile;

/// <summary>
/// A class of hostile inputs. To add one, write a class with an empty constructor that implements this: <see cref="HostileTests"/> finds
/// it, runs each input, and judges what came of it.
/// </summary>
internal interface IHostileSuite
{
    /// <summary>The inputs; whatever is random in them comes from <paramref name="random"/>, whose seed is printed.</summary>
    IReadOnlyList<HostileInput> Inputs(Random random);

    /// <summary>
    /// Hands one input to the product and gives back all that a user would be shown of it. A foreseen error
    /// (<see cref="OpsRestartException"/>) may be thrown: it is shown too. Any other exception is a crash.
    /// </summary>
    Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken);
}
