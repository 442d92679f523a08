FROM condaforge/miniforge3:26.7.2-0@sha256:eeb947cc87d61d46820b123bd7c26e1cbdc4b182ff7d0331e501a32a936b82e3
LABEL io.github.snakemake.containerized="true"
# For an image with PyTorch's build for CUDA: docker build --build-arg CONDA_OVERRIDE_CUDA=12.9 …
ARG CONDA_OVERRIDE_CUDA
LABEL io.github.snakemake.conda_env_hash="a6608f26838f939a209c700dff07d89ddcea960874babf593de1b722970d7027"
# Conda environment:
#   source: envs/attribution.yaml
#   prefix: /conda-envs/a608d8afb520479ad1631008adddcabc
#   # Attribution: what runs a network, and tangermeme for DeepSHAP, of which conda has no recent version. pip takes what it
#   # needs beside that (numba, among others) from PyPI.
#   channels: [conda-forge, bioconda, nodefaults]
#   dependencies:
#     - python =3.11
#     - pytorch =2.13.0
#     - numpy =2.4.6
#     - h5py =3.16.0
#     - safetensors =0.8.0
#     - pyyaml =6.0.3
#     - pip =25.3
#     - pip:
#         - tangermeme==1.6.0
RUN mkdir -p /conda-envs/a608d8afb520479ad1631008adddcabc
COPY envs/attribution.yaml /conda-envs/a608d8afb520479ad1631008adddcabc/environment.yaml
# Conda environment:
#   source: envs/data.yaml
#   prefix: /conda-envs/17073f2ed7586a446cbf74f173127f7d
#   # Datasets: simulated sequences, peaks, genomes, downloads.
#   channels: [conda-forge, bioconda, nodefaults]
#   dependencies:
#     - python =3.11
#     - numpy =2.4.6
#     - h5py =3.16.0
#     - pandas =3.1.1
#     - bioframe =0.8.0
#     - pysam =0.24.1
#     - pybigwig =0.3.29
#     - requests =2.34.2
#     - urllib3 =2.8.0
#     - tqdm =4.70.1
RUN mkdir -p /conda-envs/17073f2ed7586a446cbf74f173127f7d
COPY envs/data.yaml /conda-envs/17073f2ed7586a446cbf74f173127f7d/environment.yaml
# Conda environment:
#   source: envs/meme.yaml
#   prefix: /conda-envs/131bd675fe7f41da77c1db30585888db
#   # Both engines of the motif comparison: ours needs NumPy, the other is Tomtom of the MEME suite.
#   channels: [conda-forge, bioconda, nodefaults]
#   dependencies:
#     - python =3.11
#     - numpy =2.4.6
#     - pandas =3.1.1
#     - threadpoolctl =3.8.0
#     - bioconda::meme =5.5.9
RUN mkdir -p /conda-envs/131bd675fe7f41da77c1db30585888db
COPY envs/meme.yaml /conda-envs/131bd675fe7f41da77c1db30585888db/environment.yaml
# Conda environment:
#   source: envs/motifs.yaml
#   prefix: /conda-envs/7278e3cb2b1063f137c35114c77986e6
#   # Motifs in and out, counting matches.
#   channels: [conda-forge, bioconda, nodefaults]
#   dependencies:
#     - python =3.11
#     - numpy =2.4.6
#     - h5py =3.16.0
#     - pandas =3.1.1
RUN mkdir -p /conda-envs/7278e3cb2b1063f137c35114c77986e6
COPY envs/motifs.yaml /conda-envs/7278e3cb2b1063f137c35114c77986e6/environment.yaml
# Conda environment:
#   source: envs/report.yaml
#   prefix: /conda-envs/f86dee93778f666118494e752ff377a8
#   # Tables, figures, report.
#   channels: [conda-forge, bioconda, nodefaults]
#   dependencies:
#     - python =3.11
#     - numpy =2.4.6
#     - h5py =3.16.0
#     - pandas =3.1.1
#     - scipy =1.17.1
#     - matplotlib-base =3.11.2
#     - logomaker =0.8.7
#     - pillow =13.0.0
#     - jinja2 =3.1.6
#     - pyyaml =6.0.3
#     - jsonschema =4.26.0
RUN mkdir -p /conda-envs/f86dee93778f666118494e752ff377a8
COPY envs/report.yaml /conda-envs/f86dee93778f666118494e752ff377a8/environment.yaml
# Conda environment:
#   source: envs/training.yaml
#   prefix: /conda-envs/fadc54fc4f87e8b1cc485751fb536c87
#   # Whatever runs a network. `pytorch` without a build string can be solved everywhere: conda takes the CUDA build where it
#   # sees a driver, else the one for the CPU, which on macOS includes Metal. `pytorch-gpu` could only be solved beside a
#   # driver. Machines that solve but have no GPU, such as login nodes, are told of CUDA by the workflow: docs/conda.md.
#   channels: [conda-forge, bioconda, nodefaults]
#   dependencies:
#     - python =3.11
#     - pytorch =2.13.0
#     - numpy =2.4.6
#     - h5py =3.16.0
#     - pandas =3.1.1
#     - scikit-learn =1.9.1
#     - safetensors =0.8.0
#     - tqdm =4.70.1
#     - pyyaml =6.0.3
RUN mkdir -p /conda-envs/fadc54fc4f87e8b1cc485751fb536c87
COPY envs/training.yaml /conda-envs/fadc54fc4f87e8b1cc485751fb536c87/environment.yaml

RUN conda env create --prefix /conda-envs/a608d8afb520479ad1631008adddcabc --file /conda-envs/a608d8afb520479ad1631008adddcabc/environment.yaml && \
    conda env create --prefix /conda-envs/17073f2ed7586a446cbf74f173127f7d --file /conda-envs/17073f2ed7586a446cbf74f173127f7d/environment.yaml && \
    conda env create --prefix /conda-envs/131bd675fe7f41da77c1db30585888db --file /conda-envs/131bd675fe7f41da77c1db30585888db/environment.yaml && \
    conda env create --prefix /conda-envs/7278e3cb2b1063f137c35114c77986e6 --file /conda-envs/7278e3cb2b1063f137c35114c77986e6/environment.yaml && \
    conda env create --prefix /conda-envs/f86dee93778f666118494e752ff377a8 --file /conda-envs/f86dee93778f666118494e752ff377a8/environment.yaml && \
    conda env create --prefix /conda-envs/fadc54fc4f87e8b1cc485751fb536c87 --file /conda-envs/fadc54fc4f87e8b1cc485751fb536c87/environment.yaml && \
    conda clean --all -y

# Nothing in the image needs root once it is made.
USER 1000:1000
