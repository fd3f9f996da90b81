/*
 * Trains small boosted trees with XGBoost's own C API and writes what the peer predicts:
 *
 *   train_trees OBJECTIVE CLASSES FOLDER   → model.json, model.ubj, rows.f32, predictions.f32, margins.f32
 *
 * The rows are 40 of 6 features with some values missing (NaN); the labels follow from them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <xgboost/c_api.h>

enum { ROWS = 400, SHOWN = 40, FEATURES = 6, ROUNDS = 12 };

static void check(int result) {
    if (result == 0) return;
    fprintf(stderr, "%s\n", XGBGetLastError());
    exit(1);
}

static void write_file(const char *folder, const char *name, const float *values, size_t count) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(values, sizeof *values, count, file) != count || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void predict(BoosterHandle booster, DMatrixHandle rows, int margin, const char *folder, const char *name) {
    char config[128];
    const bst_ulong *shape;
    bst_ulong rank, count = 1;
    const float *values;
    snprintf(config, sizeof config,
             "{\"type\":%d,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true}", margin);
    check(XGBoosterPredictFromDMatrix(booster, rows, config, &shape, &rank, &values));
    for (bst_ulong i = 0; i < rank; i++) count *= shape[i];
    write_file(folder, name, values, count);
}

int main(int count, char **values) {
    if (count != 4) return 2;
    const char *folder = values[3];
    const int classes = atoi(values[2]);
    static float rows[ROWS * FEATURES], labels[ROWS];
    unsigned state = 12345;
    for (int i = 0; i < ROWS * FEATURES; i++) {
        state = state * 1103515245u + 12345u;
        rows[i] = (state >> 16 & 15) == 0 ? NAN : (float)(state >> 8 & 1023) / 256 - 2;
    }
    for (int i = 0; i < ROWS; i++) {
        const float *row = rows + i * FEATURES, a = isnan(row[0]) ? 0 : row[0], b = isnan(row[1]) ? 0 : row[1];
        labels[i] = classes > 1 ? (float)((a > 0) + (b > 0.5f)) : a * b > 0 ? 1 : 0;
    }
    DMatrixHandle train, shown;
    check(XGDMatrixCreateFromMat(rows, ROWS, FEATURES, NAN, &train));
    check(XGDMatrixSetFloatInfo(train, "label", labels, ROWS));
    check(XGDMatrixCreateFromMat(rows, SHOWN, FEATURES, NAN, &shown));
    BoosterHandle booster;
    check(XGBoosterCreate(&train, 1, &booster));
    check(XGBoosterSetParam(booster, "objective", values[1]));
    if (classes > 1) check(XGBoosterSetParam(booster, "num_class", values[2]));
    check(XGBoosterSetParam(booster, "max_depth", "4"));
    check(XGBoosterSetParam(booster, "seed", "7"));
    check(XGBoosterSetParam(booster, "nthread", "1"));
    check(XGBoosterSetParam(booster, "verbosity", "0"));
    for (int i = 0; i < ROUNDS; i++) check(XGBoosterUpdateOneIter(booster, i, train));
    char path[1024];
    snprintf(path, sizeof path, "%s/model.json", folder);
    check(XGBoosterSaveModel(booster, path));
    snprintf(path, sizeof path, "%s/model.ubj", folder);
    check(XGBoosterSaveModel(booster, path));
    write_file(folder, "rows.f32", rows, SHOWN * FEATURES);
    predict(booster, shown, 0, folder, "predictions.f32");
    predict(booster, shown, 1, folder, "margins.f32");
    return 0;
}
