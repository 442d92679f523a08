from motifcnn.results.seeds import SEED_COLUMNS, seed_values
from motifcnn.results.tables import read_table, write_table

from toys.two_seeds import GROUND_TRUTH, RUNS, summary, variant


def test_a_row_per_seed_in_the_order_of_the_table(tmp_path):
    path = tmp_path / "table1_seeds.tsv"
    write_table(path, seed_values(RUNS))
    table = read_table(path, SEED_COLUMNS)
    assert table[["row", "seed", "aupr", "match_relevant"]].fillna(-1).to_numpy().tolist() == [
        ["trained", 1, 0.80, 0.2],
        ["trained", 2, 0.84, 0.5],
        # auPR belongs to the trained network.
        ["untrained", 1, -1, 0.0],
        ["untrained", 2, -1, 0.1],
        ["ground_truth", 0, -1, 1.0],
    ]
    assert table["motifs_found"].tolist() == [1, 2, 0, 1, 2]
    assert (table["motifs_total"] == 2).all()


def test_seeds_are_in_numerical_order():
    runs = [GROUND_TRUTH, *(summary(seed, 0.1, {"SP1": 1}, shuffled=variant(0.0, {})) for seed in (10, 9))]
    assert seed_values(runs)["seed"].tolist()[:2] == [9, 10]
